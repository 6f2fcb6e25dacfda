import type { Found, Recognizer } from '../found.ts';
import { digitRuns, digitsOf, type DigitRun } from './digit-runs.ts';

const MIN_DIGITS = 13;
const MAX_DIGITS = 19;
/** Issuer prefixes in use: Visa, Mastercard (both ranges), American Express, Diners, JCB, Discover, UnionPay, Maestro. */
const ISSUER = /^(?:4|5[0-8]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[0-9]|6)/;

export const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

const isCard = (digits: string): boolean =>
  digits.length >= MIN_DIGITS && digits.length <= MAX_DIGITS && !/^0+$/.test(digits) && passesLuhn(digits);

const aCard = (start: number, end: number, identity: string): Found => ({ kind: 'CARD', start, end, identity });

/** What groups `first` to `last` spell, if it is a card. Several groups need an issuer's prefix too: lists of numbers are common. */
const spelledBy = (groups: DigitRun['groups']): Found | null => {
  const digits = groups.map((group) => group.digits).join('');
  if (!isCard(digits) || (groups.length > 1 && !ISSUER.test(digits))) return null;
  return aCard(groups[0]?.start ?? 0, groups.at(-1)?.end ?? 0, digits);
};

/** Numbers that begin and end where groups do: other numbers may stand right before or after. */
const groupedCards = ({ groups }: DigitRun): readonly Found[] =>
  groups.flatMap((_, first) =>
    groups
      .slice(first, first + MAX_DIGITS)
      .flatMap((_last, size) => spelledBy(groups.slice(first, first + size + 1)) ?? []),
  );

/** As printed on the card: 4-4-4-4 or 4-6-5, whatever digits are glued to its ends. */
const SHAPE = /(?=(\d{4}([ \u00a0.\-–])(?:\d{4}\2\d{4}\2\d{4}|\d{6}\2\d{5})))/g;

const shapedCards: Recognizer = (text) =>
  [...text.matchAll(SHAPE)]
    .map(({ 1: value = '', index }) => aCard(index, index + value.length, digitsOf(value)))
    .filter(({ identity }) => isCard(identity));

/** A card glued to further digits can't be told from its neighbours, so the whole group goes. */
const gluedCards = ({ groups }: DigitRun): readonly Found[] =>
  groups
    .filter(({ digits }) => digits.length > MIN_DIGITS && holdsCard(digits))
    .map(({ start, end, digits }) => aCard(start, end, digits));

const holdsCard = (digits: string): boolean => {
  for (let start = 0; start + MIN_DIGITS <= digits.length; start += 1) {
    for (let size = MIN_DIGITS; size <= MAX_DIGITS && start + size <= digits.length; size += 1) {
      const window = digits.slice(start, start + size);
      if (ISSUER.test(window) && isCard(window)) return true;
    }
  }
  return false;
};

/** What is left of a masked number still names a card together with its owner. */
const FRAGMENT =
  /(?:(?:ending|ends|last (?:four|4)(?: digits)?)(?: (?:in|with|are|is|of))?:? ?|(?<![*xX•#])[*xX•#]{2,}[ -]?)(?<value>\d{4})(?!\d)/g;

const fragments: Recognizer = (text) =>
  [...text.matchAll(FRAGMENT)].map((match) => {
    const value = match.groups?.['value'] ?? '';
    const end = match.index + match[0].length;
    return aCard(end - value.length, end, value);
  });

export const findCards: Recognizer = (text) => {
  const runs = digitRuns(text);
  return [...runs.flatMap(groupedCards), ...runs.flatMap(gluedCards), ...shapedCards(text), ...fragments(text)];
};
