/** What a text says outright: figures, dates, names. Each undefined where it says nothing of the kind. */

const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, quarter: 90, year: 365 };
const MOMENTS: readonly (readonly [RegExp, number])[] = [
  [/\b(?:today|right now|immediately|asap|urgent(?:ly)?)\b/i, 1],
  [/\bthis week|by (?:monday|tuesday|wednesday|thursday|friday)\b/i, 7],
  [/\bnext week\b/i, 14],
  [/\b(?:this month|end of the month)\b/i, 30],
  [/\bnext month\b/i, 60],
  [/\bthis quarter\b/i, 90],
  [/\bnext quarter\b/i, 180],
  [/\b(?:this|next) year\b/i, 365],
];
const SPAN = /\b(?:within|in|over)(?: the next)? (\d+|a|one|two|three|six) (day|week|month|quarter|year)s?\b/i;
const NUMBERS: Readonly<Record<string, number>> = { a: 1, one: 1, two: 2, three: 3, six: 6 };

/** In how many days something is needed. */
export const daysIn = (text: string): number | undefined => {
  const [, count = '', unit = ''] = SPAN.exec(text) ?? [];
  if (unit !== '') return (NUMBERS[count.toLowerCase()] ?? Number(count)) * (DAYS[unit.toLowerCase()] ?? 1);
  return MOMENTS.find(([words]) => words.test(text))?.[1];
};

const MONEY = /(?:\$|usd |€|eur )\s?(\d[\d,.]*)\s?(k\b|m\b)?|\b(\d[\d,.]*)\s?(k|m)?\s?(?:usd|dollars|euros?)\b/i;
const FACTORS: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 };

/** An amount of money, taken as US dollars. */
export const amountIn = (text: string): number | undefined => {
  const found = MONEY.exec(text);
  const digits = found?.[1] ?? found?.[3];
  return digits === undefined
    ? undefined
    : Number(digits.replace(/,/g, '').replace(/\.$/, '')) *
        (FACTORS[(found?.[2] ?? found?.[4] ?? '').toLowerCase()] ?? 1);
};

const firstOf =
  (...patterns: readonly RegExp[]) =>
  (text: string): string | undefined =>
    patterns.map((pattern) => pattern.exec(text)?.[1]).find((one) => one !== undefined);

const NAME = String.raw`((?:\[[A-Z]+_\d+\])|[A-Z][\p{L}'-]+(?: [A-Z][\p{L}'-]+)?)`;

export const orderIn = firstOf(
  /\b((?:INV|ORD|PO|SO|ORDER)-?#?\d[\w-]*)\b/i,
  /(?:order|invoice)(?: number)? #?(\d{3,}[\w-]*)/i,
);
export const planIn = firstOf(
  /\b(starter|basic|team|pro|professional|business|premium|enterprise)(?: \w+)? (?:plan|tier|licen[cs]es?)\b/i,
);
export const productIn = firstOf(
  /\b(dashboard|mobile app|crm integration|reporting|api|widget|invoicing|workspace)\b/i,
);
export const companyIn = firstOf(
  new RegExp(String.raw`\b(?:work (?:at|for)|here at|on behalf of|we at|company is(?: called)?) ${NAME}`, 'u'),
);
export const personIn = firstOf(
  new RegExp(String.raw`\b(?:[Mm]y name is|I am|I'm) ${NAME}`, 'u'),
  new RegExp(String.raw`(?:^--\s*|[Rr]egards,|[Tt]hanks,|[Cc]heers,)\s+${NAME}`, 'mu'),
);
export const addressIn = firstOf(/(\[EMAIL_\d+\])/, /\b([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/);

const COUNTRIES: Readonly<Record<string, string>> = {
  germany: 'DE',
  france: 'FR',
  canada: 'CA',
  'united states': 'US',
  'united kingdom': 'GB',
  spain: 'ES',
  netherlands: 'NL',
};
export const countryIn = (text: string): string | undefined =>
  Object.entries(COUNTRIES).find(([name]) => text.toLowerCase().includes(name))?.[1];
