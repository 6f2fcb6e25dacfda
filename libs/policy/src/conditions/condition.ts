import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { amountOf, comparingTexts } from './compare-texts.ts';
import { faultOf, notTrueOrFalse } from './condition-fault.ts';
import { mentions } from './mentions.ts';

/** A message may not make a condition costly: playbooks are written by people, and people err. */
const LIMITS = { maxAstNodes: 500, maxDepth: 24, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };

const INQUIRY = {
  channel: 'string',
  source: 'string',
  subject: 'string',
  text: 'string',
  words: 'double',
  language: 'string',
  country: 'string',
  addressKind: 'string',
  roleAddress: 'bool',
  automation: 'string',
  threadSize: 'double',
  attachments: 'double',
  title: 'string',
} as const;
const CONTACT = { hasEmail: 'bool', hasPhone: 'bool', hasName: 'bool', hasCompany: 'bool', hasTitle: 'bool' } as const;
const COMPANY = {
  known: 'bool',
  domain: 'string',
  industry: 'string',
  employees: 'double',
  country: 'string',
} as const;
const FINDING = {
  category: 'string',
  intent: 'string',
  product: 'string',
  urgency: 'string',
  sentiment: 'string',
  label: 'string',
  priority: 'string',
  score: 'double',
  confidence: 'double',
  flags: 'list<string>',
} as const;
const DECISION = { ...FINDING, review: 'bool', passed: 'list<string>' } as const;

const environment = (): Environment =>
  new Environment({ limits: LIMITS })
    .registerVariable({ name: 'inquiry', schema: INQUIRY, description: 'The inquiry, normalised' })
    .registerVariable({
      name: 'contact',
      schema: CONTACT,
      description: 'What is known of the sender, without saying it',
    })
    .registerVariable({ name: 'company', schema: COMPANY, description: 'What enrichment found' })
    .registerVariable({
      name: 'history',
      schema: { inquiries: 'double' },
      description: 'Earlier inquiries of the same contact',
    })
    .registerVariable('metadata', 'map<string, dyn>', { description: "The sender's own fields" })
    .registerVariable('lists', 'map<string, list<string>>', { description: 'Word lists of the playbook' })
    .registerVariable('numbers', 'map<string, double>', { description: 'Numbers of the playbook' })
    .registerFunction('mentions(string, list<string>): bool', mentions)
    .registerFunction('amount(dyn): double', amountOf);

const withReading = (): Environment =>
  environment().registerVariable('reading', 'map<string, dyn>', {
    description: 'Fields that were read from the text; one that is null is not there: has(reading.budget)',
  });

const kinds = {
  /** Before any model is asked. */
  rule: environment,
  /** With what the model read. */
  rubric: withReading,
  /** With what was found, before it is known how far the answer may go. */
  guard: () =>
    withReading().registerVariable({ name: 'decision', schema: FINDING, description: 'What was found so far' }),
  /** With the decision. */
  route: () => withReading().registerVariable({ name: 'decision', schema: DECISION, description: 'What was decided' }),
};

export type ConditionKind = keyof typeof kinds;

const byKind = <Made>(make: (kind: ConditionKind) => Made): Readonly<Record<ConditionKind, Made>> => ({
  rule: make('rule'),
  rubric: make('rubric'),
  guard: make('guard'),
  route: make('route'),
});

/** For checking what was written: a text that is known to be one is compared with no number. */
const strict = byKind((kind) => kinds[kind]());
/** For evaluating: what a form sent as text is compared as the number it says. */
const lenient = byKind((kind) => comparingTexts(kinds[kind]()));

type Values<Schema> = Readonly<Record<keyof Schema, unknown>>;

/** The names a condition may use, by variable. */
export interface ConditionContext {
  readonly inquiry: Values<typeof INQUIRY>;
  readonly contact: Values<typeof CONTACT>;
  /** Without `employees` where nobody knows how many there are. */
  readonly company: Omit<Values<typeof COMPANY>, 'employees'> & { readonly employees?: number };
  readonly history: { readonly inquiries: number };
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly reading?: Readonly<Record<string, unknown>>;
  readonly decision?: Values<typeof FINDING> & Partial<Values<typeof DECISION>>;
}

const parsed = byKind(() => new Map<string, ParseResult>());

/** @throws what the CEL parser throws. */
export const parseCondition = (kind: ConditionKind, text: string): ParseResult => {
  const known = parsed[kind].get(text);
  if (known) return known;
  const made = lenient[kind].parse(text);
  parsed[kind].set(text, made);
  return made;
};

/** What came of an expression: its value, or why it has none, in words that say nothing of the inquiry. */
export type Evaluated =
  { readonly value: unknown; readonly fault: null } | { readonly value: null; readonly fault: string };

/** The value of an expression. One that rests on what is not there, or on a text where a number is needed, has none. */
export const evaluate = (kind: ConditionKind, text: string, context: ConditionContext): Evaluated => {
  try {
    const value: unknown = parseCondition(kind, text)(context);
    return { value: typeof value === 'bigint' ? Number(value) : value, fault: null };
  } catch (error) {
    return { value: null, fault: faultOf(error, text) };
  }
};

/** Whether a condition holds; with a fault it does not, and whoever asks decides what follows from that. */
export interface Tested {
  readonly holds: boolean;
  /** Why it can't be evaluated, in words that say nothing of the inquiry; null where it can. */
  readonly fault: string | null;
}

export const testCondition = (kind: ConditionKind, text: string, context: ConditionContext): Tested => {
  const { value, fault } = evaluate(kind, text, context);
  if (fault !== null || typeof value === 'boolean') return { holds: value === true, fault };
  return { holds: false, fault: notTrueOrFalse(value) };
};

/** True when the condition holds. One that can't be evaluated does not. */
export const holds = (kind: ConditionKind, text: string, context: ConditionContext): boolean =>
  testCondition(kind, text, context).holds;

const firstLine = (message: string): string => message.split('\n')[0] ?? message;

/** The type of an expression's value, and what the CEL checker has against it. */
export const checkTypes = (
  kind: ConditionKind,
  text: string,
): { readonly type: string; readonly fault: { readonly message: string; readonly offset: number } | null } => {
  const { type, error } = strict[kind].check(text);
  return {
    type: String(type),
    fault: error ? { message: firstLine(error.message), offset: error.range?.start ?? 0 } : null,
  };
};
