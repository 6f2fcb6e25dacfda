import { matches, type Found, type Recognizer } from '../found.ts';

/** Length of an IBAN by country (ISO 13616 registry). */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 ' +
    'GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 ' +
    'MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 ' +
    'TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const START = /[A-Za-z]{2}\d{2}/g;

/** ISO 7064 MOD 97-10 of the rearranged IBAN, digit by digit: no big numbers. */
export const passesMod97 = (iban: string): boolean => {
  const rearranged = iban.slice(4) + iban.slice(0, 4);
  let rest = 0;
  for (const character of rearranged) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
};

/** The next `length` letters and digits from `from`, passing over single spaces and dashes. Null when the text runs out. */
const take = (text: string, from: number, length: number): { readonly value: string; readonly end: number } | null => {
  let value = '';
  let at = from;
  while (value.length < length) {
    const character = text[at] ?? '';
    if (/[A-Za-z0-9]/.test(character)) value += character.toUpperCase();
    else if (!/[ \u00a0-]/.test(character) || !/[A-Za-z0-9]/.test(text[at + 1] ?? '')) return null;
    at += 1;
  }
  return { value, end: at };
};

const checked: Recognizer = (text) => {
  const found: Found[] = [];
  for (const { index, 0: start } of text.matchAll(START)) {
    const length = LENGTHS[start.slice(0, 2).toUpperCase()];
    const candidate = length === undefined ? null : take(text, index, length);
    if (candidate && passesMod97(candidate.value))
      found.push({ kind: 'IBAN', start: index, end: candidate.end, identity: candidate.value });
  }
  return found;
};

/** Named as one: a mistyped account number is still somebody's. */
const named = matches(
  'IBAN',
  /\biban(?: (?:is|number|no\.?))?[\s:=]{1,3}(?<value>[A-Z]{2}\d{2}(?:[ -]?[A-Z]{4})?(?:[ -]?(?=[A-Z]{0,3}\d)[A-Z0-9]{2,4}){1,8})/gi,
  (value) => value.replace(/[ -]/g, '').toUpperCase(),
);

export const findIbans: Recognizer = (text) => {
  const sure = checked(text);
  return [...sure, ...named(text).filter((one) => !sure.some(({ start }) => start === one.start))];
};
