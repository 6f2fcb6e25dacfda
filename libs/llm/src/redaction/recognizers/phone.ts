import type { Found, Recognizer } from '../found.ts';
import { COUNTED_AFTER, CURRENCIES_BEFORE, OTHER_NAMES, PHONE_LABELS, PHONE_WORDS } from './phone-words.ts';

const MIN_DIGITS = 7;
/** Local numbers of small towns; only where something calls them telephone numbers. */
const MIN_DIGITS_WHEN_NAMED = 6;
/** With a plus sign in front. Shorter sums are sums. */
const MIN_DIGITS_INTERNATIONAL = 8;
const MAX_DIGITS = 15;
/** Digit groups joined by little, with what people put around them. Digits and joints share no character, so nothing backtracks far. */
const CANDIDATE =
  /(?:\+\s?|\(\+?)?\d+(?:[ \u00a0.\-–/()]{1,3}\d+)*\)?(?:\s?(?:x|ext\.?|extension)\s?\d{1,6}(?!\d))?/giu;
const CONTEXT_CHARACTERS = 32;

const anyOf = (words: readonly string[]): string => `(?:${words.join('|')})`;

/** Says that a number is a telephone's. */
const PHONE_WORD = new RegExp(String.raw`\b${anyOf(PHONE_WORDS)}\b[^.!?]{0,24}$`, 'iu');
const PHONE_LABEL_AFTER = new RegExp(String.raw`^[\s\-–(:]{0,3}${anyOf(PHONE_LABELS)}\b`, 'iu');
/** Says that it is something else. */
const OTHER_WORD = new RegExp(
  String.raw`(?:[#№]|\b${anyOf(OTHER_NAMES)}\b\.?(?: (?:number|no|nr|id|code))?\.?)[\s:#=.]{0,3}(?:is\s)?$`,
  'iu',
);
const MONEY_BEFORE = new RegExp(String.raw`(?:[$€£¥₹]|\b${anyOf(CURRENCIES_BEFORE)})\s{0,2}$`, 'iu');
const AMOUNT_AFTER = new RegExp(String.raw`^\s{0,2}(?:[$€£¥₹%]|${anyOf(COUNTED_AFTER)}\b)`, 'iu');

interface Candidate {
  readonly text: string;
  readonly digits: number;
  readonly groups: readonly string[];
  readonly before: string;
  readonly after: string;
}

const DATES: readonly RegExp[] = [
  /(?<!\d)(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:0?[1-9]|[12]\d|3[01])(?!\d)/,
  /(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d(?!\d)/,
  /(?<!\d)\d{1,2}\/\d{1,2}\/\d\d(?!\d)/,
];
const isDate = ({ text, before, after }: Candidate): boolean =>
  DATES.some((date) => date.test(text)) || /\d:$/.test(before) || /^:\d\d/.test(after);
const isDecimals = (text: string): boolean => /^\d{1,3}\.\d{1,3}(?:[\s\-–]\d{1,3}\.\d{1,3})+$/.test(text);
const isYears = (groups: readonly string[]): boolean =>
  groups.length > 1 && groups.every((group) => /^(?:1\d|20)\d\d$/.test(group));
/** `1 500 000`: a leading group shorter than the threes that follow it. */
const isThousands = (text: string): boolean => /^[1-9]\d?(?:[ \u00a0.]\d{3})+$/.test(text);
const isCounting = (groups: readonly string[]): boolean =>
  groups.length > 3 && groups.every((group) => group.length === 1);
const isPostcode = (text: string): boolean => /^\d{5}-\d{4}$/.test(text);

/** The words or signs next to it name it as something the model needs to see. */
const isNamedOtherwise = ({ before, after }: Candidate): boolean =>
  OTHER_WORD.test(before) || MONEY_BEFORE.test(before) || AMOUNT_AFTER.test(after);
/** Its own shape says that it is something else, if nothing around it says otherwise. */
const isShapedLikeSomethingElse = ({ text, groups }: Candidate): boolean =>
  isYears(groups) || isDecimals(text) || isThousands(text) || isCounting(groups) || isPostcode(text);

/** One unbroken group is a telephone number when it is as long as one and nothing claims it for something else. */
const isPlausible = ({ groups }: Candidate): boolean =>
  groups.length > 1 || /^(?:0\d{8,11}|[1-9]\d{9,10})$/.test(groups[0] ?? '');

/** Glued to an address or a code: `sid=02-1007-1124`, `CAN-2002-0989`. */
const isPartOfCode = ({ before }: Candidate): boolean => /(?:[=&/]|\p{L}-|[\d,],)$/u.test(before);
const standsAlone = ({ before, after }: Candidate): boolean =>
  !/[\p{L}\p{N}_@]$/u.test(before) && !/^[\p{L}\p{N}_@]/u.test(after);

const isNamed = ({ before, after }: Candidate): boolean => PHONE_WORD.test(before) || PHONE_LABEL_AFTER.test(after);

const isPhone = (candidate: Candidate): boolean => {
  if (!standsAlone(candidate) || isDate(candidate)) return false;
  if (/^\(?\+/.test(candidate.text) && candidate.digits >= MIN_DIGITS_INTERNATIONAL) return true;
  if (isNamedOtherwise(candidate)) return false;
  if (isNamed(candidate)) return true;
  if (isPartOfCode(candidate)) return false;
  return candidate.digits >= MIN_DIGITS && !isShapedLikeSomethingElse(candidate) && isPlausible(candidate);
};

const identityOf = (text: string): string => {
  const digits = text.replace(/\(0\)/, '').replace(/\D/g, '');
  return /^\(?\+/.test(text) ? `+${digits}` : digits.replace(/^00(?=[1-9])/, '+');
};

export const findPhones: Recognizer = (text) => {
  const found: Found[] = [];
  for (const { 0: match, index } of text.matchAll(CANDIDATE)) {
    const value = match.includes('(') ? match : match.replace(/\)$/, '');
    const number = value.replace(/\s?(?:x|ext\.?|extension)\s?\d+$/iu, '');
    const groups = number.match(/\d+/g) ?? [];
    const digits = groups.join('').length;
    if (digits < MIN_DIGITS_WHEN_NAMED || digits > MAX_DIGITS) continue;
    const end = index + value.length;
    const before = text.slice(Math.max(0, index - CONTEXT_CHARACTERS), index);
    const after = text.slice(end, end + CONTEXT_CHARACTERS);
    if (isPhone({ text: number, digits, groups, before, after }))
      found.push({ kind: 'PHONE', start: index, end, identity: identityOf(value) });
  }
  return found;
};
