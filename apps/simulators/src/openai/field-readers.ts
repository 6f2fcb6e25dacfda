import { addressIn, amountIn, companyIn, countryIn, daysIn, orderIn, personIn, planIn, productIn } from './said.ts';

/** What the text says for a field; undefined where it says nothing, so that the field is read by counting words, or left open. */
type Reader = (text: string, choices: readonly unknown[]) => unknown;

const mentioned =
  (words: RegExp) =>
  (text: string): boolean =>
    words.test(text);
const all =
  (...words: readonly string[]) =>
  (text: string): readonly string[] =>
    words.filter((word) => text.toLowerCase().includes(word));
/** The first phrase whose words the text holds. */
const phrase =
  (...lines: readonly (readonly [RegExp, string])[]) =>
  (text: string): string | undefined =>
    lines.find(([words]) => words.test(text))?.[1];

const BUYER =
  /\b(?:ceo|cto|cfo|founder|owner|president|head of|i decide|we decide|budget is approved|sign(?:ing)? off)\b/i;
const NO_BUYER = /\b(?:student|intern|university|my (?:boss|manager)|homework)\b/i;
const KILOS = 1_000;

/** `under_10k`, `10k_50k`, `over_50k`: the band that holds the amount. */
const bandOf: Reader = (text, choices) => {
  const amount = amountIn(text);
  return amount === undefined
    ? undefined
    : choices.find((band) => {
        const [low, high] = /^under/.test(String(band)) ? [0, ...numbersIn(band)] : [...numbersIn(band), Infinity];
        return amount >= (low ?? 0) * KILOS && amount < (high ?? Infinity) * KILOS;
      });
};
const numbersIn = (band: unknown): readonly number[] =>
  [...String(band).matchAll(/(\d+)k/g)].map(([, digits]) => Number(digits));

const timelineOf: Reader = (text, choices) => {
  const days = daysIn(text);
  const word = days === undefined ? 'unknown' : days <= 30 ? 'now' : days <= 120 ? 'quarter' : 'six_months';
  return choices.includes(word) ? word : undefined;
};

/** How much words of buying there are: none, some, a lot. */
const fitOf: Reader = (text) => {
  const said = all(
    'integration',
    'crm',
    'seats',
    'demo',
    'pricing',
    'routing',
    'automation',
    'enterprise',
    'quote',
  )(text).length;
  return said > 1 ? 'strong' : said === 1 ? 'some' : 'none';
};

const severityOf: Reader = phrase(
  [/\b(?:down|outage|data loss|lost (?:all|our) data|nobody can)\b/i, 'P1'],
  [/\b(?:urgent|asap|cannot|can't|broken)\b/i, 'P2'],
  [/\b(?:no hurry|whenever)\b/i, 'P4'],
  [/./, 'P3'],
);

const intentOf: Reader = phrase(
  [/refund|charged twice/i, 'get a refund'],
  [/\bdemo\b/i, 'see a demo'],
  [/pric(?:e|ing)|quote|proposal/i, 'get a price'],
  [/\bdown\b|log in|error|not working/i, 'restore access'],
  [/attorney|lawyer|breach/i, 'announce legal action'],
  [/cancel/i, 'cancel'],
  [/apply|resume/i, 'apply for a job'],
  [/\?|would like to (?:know|learn)/i, 'ask a question'],
  [/./, 'tell something'],
);
const nextStepOf: Reader = phrase(
  [/\bdemo\b|call/i, 'Offer two times for a demo'],
  [/pric(?:e|ing)|quote/i, 'Send the price for what is asked'],
  [/./, 'Answer the question'],
);

/** By the name of the field, the first that fits it; the names are those of the playbooks, and of the documents behind them. */
const readers: readonly (readonly [RegExp, Reader])[] = [
  [/^urgency_days$/, daysIn],
  [/^timeline$/, timelineOf],
  [/^budget_band$/, bandOf],
  [/amount_usd$/, amountIn],
  [/^decision_maker/, (text) => (BUYER.test(text) ? true : NO_BUYER.test(text) ? false : undefined)],
  [/^competitor/, mentioned(/\b(?:leandata|chili piper|intercom|zendesk|hubspot|salesforce)\b/i)],
  [
    /^complexity/,
    phrase(
      [/\b(?:migrat\w+|on-premise|custom|legacy|compliance)\b/i, 'high'],
      [/\b(?:paper|simple|quick question)\b/i, 'low'],
      [/./, 'medium'],
    ),
  ],
  [/^blockers$/, all('security review', 'legal', 'procurement')],
  [/^products$/, all('crm integration', 'dashboard', 'api', 'reporting', 'mobile app')],
  [/^remarks$/, (text, choices) => ((text.match(/\?/g) ?? []).length > 1 ? choices : [])],
  [
    /^seniority$/,
    phrase(
      [/\b(?:ceo|cto|cfo|chief|founder|vp|president)\b/i, 'executive'],
      [/\b(?:manager|head of|director|lead of)\b/i, 'manager'],
    ),
  ],
  [/^fit$/, fitOf],
  [/^next_step$/, nextStepOf],
  [/^intent$/, intentOf],
  [/^priority$/, severityOf],
  [/^use_case$/, phrase([/crm/i, 'connect a CRM'], [/routing/i, 'route leads'], [/report/i, 'report'])],
  [/^(?:order_id|order_number)$/, orderIn],
  [/^plan$/, planIn],
  [/^product$/, productIn],
  [/email$/, addressIn],
  [/^region$/, countryIn],
  [/^company(?:_name)?$/, companyIn],
  [/^(?:contact|contact_name|person_name)$/, personIn],
];

/** What one of the readers finds for a field; undefined when none knows it, or the text says nothing. */
export const readField = (name: string, text: string, choices: readonly unknown[]): unknown =>
  readers.find(([names]) => names.test(name))?.[1](text, choices);
