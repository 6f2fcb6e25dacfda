import { findPersonalData, type PersonalDataKind } from '@sluice/llm';

/** A text with what is personal in it, as a labelled set gives it. Positions are UTF-16 units. */
export interface LabelledText {
  readonly text: string;
  readonly spans: readonly { readonly type: string; readonly start: number; readonly end: number }[];
}

export interface Figures {
  /** By label: how many there are, and how many were taken out whole. */
  readonly recall: ReadonlyMap<string, { readonly found: number; readonly of: number }>;
  readonly characters: number;
  /** Characters taken out that no label covers: what a model could have needed. */
  readonly lostCharacters: number;
  readonly lostStretches: number;
}

/** The labels of the set that the redactor promises to find, and what it calls them. */
export const PROMISED: Readonly<Record<string, PersonalDataKind>> = {
  CREDIT_CARD: 'CARD',
  US_SSN: 'SSN',
  IBAN_CODE: 'IBAN',
  PHONE_NUMBER: 'PHONE',
  EMAIL_ADDRESS: 'EMAIL',
  IP_ADDRESS: 'IP',
};

type Stretch = { readonly start: number; readonly end: number };
const covers = (a: Stretch, b: Stretch): boolean => a.start <= b.start && a.end >= b.end;
const overlaps = (a: Stretch, b: Stretch): boolean => a.start < b.end && a.end > b.start;

/** How much of what is labelled is taken out, and how much else is. */
export const measureRedaction = (texts: readonly LabelledText[]): Figures => {
  const recall = new Map<string, { found: number; of: number }>();
  let [characters, lostCharacters, lostStretches] = [0, 0, 0];
  for (const { text, spans } of texts) {
    const found = findPersonalData(text);
    characters += text.length;
    for (const span of spans) {
      const { found: sofar, of } = recall.get(span.type) ?? { found: 0, of: 0 };
      recall.set(span.type, { found: sofar + Number(found.some((one) => covers(one, span))), of: of + 1 });
    }
    const lost = found.filter((one) => !spans.some((span) => overlaps(one, span)));
    lostStretches += lost.length;
    lostCharacters += lost.reduce((sum, { start, end }) => sum + end - start, 0);
  }
  return { recall, characters, lostCharacters, lostStretches };
};
