/** What stands for how much, in the languages that forms are filled in. What means two things (`mil`: a thousand, a million) is left out. */
const SCALES: Readonly<Record<number, string>> = {
  12: 'dozen dutzend',
  100: 'hundred hundert',
  1_000: 'k thousand thousands tsd thsd tausend grand mille mila tys tis тыс',
  10_000: '万',
  100_000: 'lakh lac lakhs',
  1_000_000: 'm mn mm mio mill million millions millionen millones milhões milioni mln млн',
  10_000_000: 'crore crores cr',
  100_000_000: '億 亿',
  1_000_000_000: 'b bn mrd mld billion billions milliard milliards milliarden miliardi млрд',
};
const AMBIGUOUS = ['mil'];
/** Before a number: it is at least that, or about that. What is at most that (`under 10k`) says no number. */
const AT_LEAST = [
  ...['over', 'above', 'more than', 'at least', 'min', 'from', '>', '>=', '≥', 'über', 'ab', 'mehr als', 'mindestens'],
  ...['plus de', 'au moins', 'más de', 'mas de', 'mais de', 'desde', 'oltre', 'meer dan'],
];
const ABOUT = [
  ...['about', 'around', 'approx', 'approximately', 'roughly', 'circa', 'ca', 'c', '~', '≈', 'ungefähr', 'etwa'],
  ...['rund', 'environ', 'aproximadamente', 'aprox', 'unos', 'cerca de', 'ongeveer'],
];
const CURRENCIES = [
  ...['usd', 'eur', 'gbp', 'chf', 'jpy', 'inr', 'cad', 'aud', 'nzd', 'sek', 'nok', 'dkk', 'pln', 'czk', 'huf', 'brl'],
  ...['mxn', 'zar', 'sgd', 'hkd', 'cny', 'rmb', 'krw', 'try', 'aed', 'ils', 'rub', 'rs', 'fr', 'kr', 'zł', 'kč'],
];

const longestFirst = (words: readonly string[]): string =>
  [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');

const scaleOf = new Map(
  Object.entries(SCALES).flatMap(([scale, words]) => words.split(' ').map((word) => [word, Number(scale)] as const)),
);
const END = String.raw`(?![\p{L}\p{N}])`;
const CURRENCY = String.raw`(?:[a-z]{0,2}\p{Sc}|(?:${longestFirst(CURRENCIES)})(?![\p{L}\p{N}])\.?\p{Sc}?)`;
const BEFORE = String.raw`(?:(?:(?:${longestFirst([...AT_LEAST, ...ABOUT])})(?![\p{L}])\.?|${CURRENCY})\s*){0,3}`;
const NUMERAL = String.raw`[.,]?\d(?:[\d.,'’_]|\s(?=\d{3}(?!\d)))*(?:e[+-]?\d{1,3})?`;
const SCALE = String.raw`(?:\s*(?<scale#>${longestFirst([...scaleOf.keys()])})${END}\.?)?`;
const RANGE = String.raw`(?:\s*(?:-|–|—|…|\.\.\.?|to|bis|à|hasta|até|tot)\s*(?:${CURRENCY}\s*)?(?<upper>${NUMERAL})${SCALE.replace('#', '2')})?`;
const WORD = String.raw`(?!(?:${AMBIGUOUS.join('|')})${END})[\p{L}\p{M}]{3,}\.?`;
const UNIT = String.raw`(?:\s*(?:${CURRENCY}|%|[.,]?[-–—]))?(?:\s*(?:/|p\.?\s?a\.?|${WORD}|${CURRENCY})){0,4}`;

const AMOUNT = new RegExp(
  String.raw`^${BEFORE}(?<sign>[+-]?)\s*(?:${CURRENCY}\s*)?(?<lower>${NUMERAL})${SCALE.replace('#', '1')}${RANGE}\s*\+?${UNIT}\s*$`,
  'iu',
);

const LONGEST = 80;
const PLAIN = /^-?\d{1,15}$/u;
const EXPONENT = /^[.]?\d+(?:\.\d+)?e[+-]?\d+$/iu;
const GROUPED_BY_MARKS = /^\d{1,3}(?:[\s'’_]\d{3})+(?:[.,]\d+)?$/u;
const GROUPED: Readonly<Record<string, RegExp>> = {
  '.': /^[1-9]\d{0,2}(?:\.\d{3})+$/u,
  // Two digits to a group as well: 12,34,567.
  ',': /^[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}$/u,
};

const decimal = (whole: string, fraction: string): number => Number(`${whole || '0'}.${fraction || '0'}`);

/** Points and commas: the later of the two parts the fraction; one alone parts thousands where three digits follow, else the fraction. */
const withMarks = (digits: string): number | null => {
  const [point, comma] = [digits.lastIndexOf('.'), digits.lastIndexOf(',')];
  const at = Math.max(point, comma);
  if (at === -1) return Number(digits);
  const mark = point > comma ? '.' : ',';
  const other = mark === '.' ? ',' : '.';
  const [whole, fraction] = [digits.slice(0, at), digits.slice(at + 1)];
  if (whole.includes(other))
    return GROUPED[other]?.test(whole) && !whole.includes(mark) ? decimal(whole.replaceAll(other, ''), fraction) : null;
  if (GROUPED[mark]?.test(digits)) return Number(digits.replaceAll(mark, ''));
  return whole.includes(mark) ? null : decimal(whole, fraction);
};

const numeralOf = (written: string): number | null => {
  const digits = written.replace(/[.,]+$/u, '');
  if (EXPONENT.test(digits)) return Number(digits);
  if (!/[\s'’_]/u.test(digits)) return /^[\d.,]+$/u.test(digits) ? withMarks(digits) : null;
  return GROUPED_BY_MARKS.test(digits) ? withMarks(digits.replaceAll(/[\s'’_]/gu, '').replace(',', '.')) : null;
};

const ARABIC_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/gu;
/** Other digits, spaces and signs as those of ASCII. */
const plainly = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(ARABIC_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll('\u2212', '-');

const scaled = (value: number | null, scale: string | undefined): number | null =>
  value === null ? null : value * (scaleOf.get(scale?.toLowerCase() ?? '') ?? 1);

/** The lower end of a range counts; where only its upper end has a scale (`10–20k`), both have it. */
const lowerEnd = ({
  lower = '',
  scale1,
  upper,
  scale2,
}: Readonly<Record<string, string | undefined>>): number | null => {
  const least = scaled(numeralOf(lower), scale1 ?? scale2);
  const most = upper === undefined ? least : scaled(numeralOf(upper), scale2);
  return least === null || most === null || most < least || !Number.isFinite(least) ? null : least;
};

/**
 * What somebody wrote into a form as a number: `100`, `50k`, `$ 1,200.00`, `25.000 €`, `1 200,50`, `1.2m`, `10–20`, `1e3`, `200 seats`.
 * Null where it says none, or says more than one thing: it is never taken for zero.
 */
export const readNumber = (text: string): number | null => {
  const bare = text.trim();
  if (PLAIN.test(bare)) return Number(bare);
  if (bare.length > LONGEST || !/\p{Nd}/u.test(bare)) return null;
  const { groups } = AMOUNT.exec(plainly(bare)) ?? {};
  const value = groups ? lowerEnd(groups) : null;
  return value === null ? null : groups?.['sign'] === '-' ? -value : value;
};

const TRUE = 'true yes y on 1 checked ja oui si sí sim sì tak да';
const FALSE = 'false no n off 0 unchecked nein non não nie nej нет';
const truth = new Map<string, boolean>([
  ...TRUE.split(' ').map((word) => [word, true] as const),
  ...FALSE.split(' ').map((word) => [word, false] as const),
]);

/** What somebody ticked or wrote into a form as yes or no; null where it is neither. */
export const readTruth = (text: string): boolean | null => truth.get(text.trim().toLowerCase()) ?? null;
