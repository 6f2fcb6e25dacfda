/** Kinds of personal data and secrets, as they stand in a token: `[EMAIL_1]`. `LITERAL` is text that only looks like a token. */
export const personalDataKinds = ['LITERAL', 'SECRET', 'EMAIL', 'IBAN', 'CARD', 'SSN', 'IP', 'PHONE', 'NAME'] as const;
export type PersonalDataKind = (typeof personalDataKinds)[number];

/** A stretch of a text, in UTF-16 units, and what makes two such stretches the same thing. */
export interface Found {
  readonly kind: PersonalDataKind;
  readonly start: number;
  readonly end: number;
  readonly identity: string;
}

/** Finds one kind. Pure, and linear in the text's length but for a small factor: texts come from strangers. */
export type Recognizer = (text: string) => readonly Found[];

/** All matches of a global pattern, or of its group `value` where it has one. */
export const matches =
  (kind: PersonalDataKind, pattern: RegExp, identityOf: (value: string) => string): Recognizer =>
  (text) =>
    [...text.matchAll(pattern)].map((match) => {
      const value = match.groups?.['value'] ?? match[0];
      const start = match.index + match[0].lastIndexOf(value);
      return { kind, start, end: start + value.length, identity: identityOf(value) };
    });
