import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passesLuhn } from './recognizers/card.ts';
import { passesMod97 } from './recognizers/iban.ts';
import { redactor } from './redactor.ts';
import { tokenBook } from './token-book.ts';

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));

const withCheckDigit = (body: string): string =>
  Array.from({ length: 10 }, (_, check) => `${body}${check}`).find(passesLuhn) ?? '';
const grouped = (text: string, joint: string): string => (text.match(/.{1,4}/g) ?? []).join(joint);
const joints = fc.constantFrom('', ' ', '-', '\u00a0', '.');

const card = fc
  .tuple(fc.constantFrom('4', '51', '55', '2221', '6011', '35'), digits(15), joints)
  .map(([issuer, rest, joint]) => grouped(withCheckDigit((issuer + rest).slice(0, 15)), joint));

const iban = fc
  .tuple(
    fc.constantFrom({ country: 'DE', size: 18 }, { country: 'ES', size: 20 }, { country: 'BE', size: 12 }),
    digits(20),
    fc.constantFrom('', ' '),
  )
  .map(([{ country, size }, body, joint]) => {
    const account = body.slice(0, size);
    const check =
      Array.from({ length: 97 }, (_, n) => String(n + 2).padStart(2, '0')).find((n) =>
        passesMod97(`${country}${n}${account}`),
      ) ?? '';
    return grouped(`${country}${check}${account}`, joint);
  });

const secrets = fc.oneof(fc.emailAddress(), card, iban);
const around = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.lorem({ maxCount: 6 }),
  fc.constantFrom('', ' ', '\n', '[EMAIL_1]', '12', '+', '@', '.', 'x@'),
);

describe('whatever stands around it', () => {
  it('no card, account number or e-mail address of a text is left in its redacted form, and all of it can be put back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(around, secrets), { minLength: 1, maxLength: 4 }), around, (parts, tail) => {
        const text = parts.map(([before, secret]) => before + secret).join(' ') + tail;
        const { redact, restore } = redactor({ book: tokenBook({ digest: (identity) => identity }) });
        const redacted = redact(text);
        for (const [, secret] of parts) expect(redacted.toLowerCase()).not.toContain(secret.toLowerCase());
        // The same address in two spellings has one token, which is put back as it was first written.
        expect(
          restore(redacted as string)
            .toLowerCase()
            .replace(/[\s.\-\u00a0]/g, ''),
        ).toHaveLength(text.toLowerCase().replace(/[\s.\-\u00a0]/g, '').length);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['digits', '1'],
    ['spaced digits', '1 '],
    ['at signs', '@'],
    ['addresses', 'a@b.'],
    ['x', 'x'],
    ['colons', 'a:'],
    ['brackets', '(1'],
    ['account starts', 'DE89'],
    ['scheme', '://a:'],
    ['dots', '1.'],
    ['bearer', 'Bearer '],
    ['key starts', '-----BEGIN PRIVATE KEY-----'],
  ])('comes to an end, within the runner’s time, on a long run of %s, and loses none of it', (_name, unit) => {
    const text = unit.repeat(Math.ceil(50_000 / unit.length));
    const { redact, restore } = redactor({ book: tokenBook({ digest: (identity) => identity }) });
    expect(restore(redact(text) as string)).toBe(text);
  });
});
