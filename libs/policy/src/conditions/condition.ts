import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { amountIn, mentions } from './mentions.ts';

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
    .registerFunction('amount(dyn): double', amountIn);

const withReading = (): Environment =>
  environment().registerVariable('reading', 'map<string, dyn>', {
    description: 'Fields that were read from the text; one that is null is not there: has(reading.budget)',
  });

const environments = {
  /** Before any model is asked. */
  rule: environment(),
  /** With what the model read. */
  rubric: withReading(),
  /** With what was found, before it is known how far the answer may go. */
  guard: withReading().registerVariable({ name: 'decision', schema: FINDING, description: 'What was found so far' }),
  /** With the decision. */
  route: withReading().registerVariable({ name: 'decision', schema: DECISION, description: 'What was decided' }),
};

export type ConditionKind = keyof typeof environments;

type Values<Schema> = Readonly<Record<keyof Schema, unknown>>;

/** The names a condition may use, by variable. */
export interface ConditionContext {
  readonly inquiry: Values<typeof INQUIRY>;
  readonly contact: Values<typeof CONTACT>;
  readonly company: Values<typeof COMPANY>;
  readonly history: { readonly inquiries: number };
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly reading?: Readonly<Record<string, unknown>>;
  readonly decision?: Values<typeof FINDING> & Partial<Values<typeof DECISION>>;
}

const parsed: Readonly<Record<ConditionKind, Map<string, ParseResult>>> = {
  rule: new Map(),
  rubric: new Map(),
  guard: new Map(),
  route: new Map(),
};

/** @throws what the CEL parser throws. */
export const parseCondition = (kind: ConditionKind, text: string): ParseResult => {
  const known = parsed[kind].get(text);
  if (known) return known;
  const made = environments[kind].parse(text);
  parsed[kind].set(text, made);
  return made;
};

/** The value of an expression; null where it rests on something that is not there. */
export const evaluate = (kind: ConditionKind, text: string, context: ConditionContext): unknown => {
  try {
    const value: unknown = parseCondition(kind, text)(context);
    return typeof value === 'bigint' ? Number(value) : value;
  } catch {
    return null;
  }
};

/** True when the condition holds. What rests on absent data does not hold. */
export const holds = (kind: ConditionKind, text: string, context: ConditionContext): boolean =>
  evaluate(kind, text, context) === true;

const firstLine = (message: string): string => message.split('\n')[0] ?? message;

/** The type of an expression's value, and what the CEL checker has against it. */
export const checkTypes = (
  kind: ConditionKind,
  text: string,
): { readonly type: string; readonly fault: { readonly message: string; readonly offset: number } | null } => {
  const { type, error } = environments[kind].check(text);
  return {
    type: String(type),
    fault: error ? { message: firstLine(error.message), offset: error.range?.start ?? 0 } : null,
  };
};
