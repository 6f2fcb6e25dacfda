import { Environment, type ParseResult } from '@marcbachmann/cel-js';

/** A message may not make a condition costly: playbooks are written by people, and people err. */
const LIMITS = { maxAstNodes: 500, maxDepth: 24, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };

const WORD_EDGE = /[\p{L}\p{N}]/u;

/** True when one of the phrases stands in the text as whole words. Text and phrases are compared in lower case. */
export const mentions = (text: string, phrases: readonly string[]): boolean => {
  const lower = text.toLowerCase();
  return phrases.some((phrase) => standsIn(lower, phrase.toLowerCase()));
};

const standsIn = (text: string, phrase: string): boolean => {
  for (let at = text.indexOf(phrase); at !== -1; at = text.indexOf(phrase, at + 1)) {
    const before = text[at - 1] ?? '';
    const after = text[at + phrase.length] ?? '';
    if (!WORD_EDGE.test(before) && !WORD_EDGE.test(after)) return true;
  }
  return false;
};

const INQUIRY = {
  channel: 'string', source: 'string', subject: 'string', text: 'string', words: 'double', language: 'string', country: 'string',
  addressKind: 'string', roleAddress: 'bool', automation: 'string', threadSize: 'double', attachments: 'double', title: 'string',
} as const;
const COMPANY = { known: 'bool', domain: 'string', industry: 'string', employees: 'double', country: 'string' } as const;
const DECISION = { category: 'string', label: 'string', priority: 'string', score: 'double', confidence: 'double', review: 'bool', flags: 'list<string>' } as const;

const environment = (): Environment =>
  new Environment({ limits: LIMITS })
    .registerVariable({ name: 'inquiry', schema: INQUIRY, description: 'The inquiry, normalised' })
    .registerVariable({ name: 'company', schema: COMPANY, description: 'What enrichment found' })
    .registerVariable({ name: 'history', schema: { inquiries: 'double' }, description: 'Earlier inquiries of the same contact' })
    .registerVariable('metadata', 'map<string, dyn>', { description: "The sender's own fields" })
    .registerVariable('lists', 'map<string, list<string>>', { description: 'Word lists of the playbook' })
    .registerVariable('numbers', 'map<string, double>', { description: 'Numbers of the playbook' })
    .registerFunction('mentions(string, list<string>): bool', mentions);

const environments = {
  /** Before any model is asked. */
  rule: environment(),
  /** With what the model read: a field that is null is not there, `has(reading.budget)`. */
  rubric: environment().registerVariable('reading', 'map<string, dyn>', { description: 'Fields that the model extracted' }),
  /** With the decision. */
  route: environment().registerVariable({ name: 'decision', schema: DECISION, description: 'What was decided' }),
};

export type ConditionKind = keyof typeof environments;

/** The names a condition may use, by variable. */
export interface ConditionContext {
  readonly inquiry: Readonly<Record<keyof typeof INQUIRY, unknown>>;
  readonly company: Readonly<Record<keyof typeof COMPANY, unknown>>;
  readonly history: { readonly inquiries: number };
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly reading?: Readonly<Record<string, unknown>>;
  readonly decision?: Readonly<Record<keyof typeof DECISION, unknown>>;
}

/** A condition that does not fit; the message has line, column and the names that exist. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

const positionOf = (text: string, at: number): string => {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
};

const firstLine = (message: string): string => message.split('\n')[0] ?? message;

/** Checks names and types. @throws ConditionError */
export const checkCondition = (kind: ConditionKind, text: string, expected: 'bool' | 'any' = 'bool'): void => {
  const { valid, type, error } = environments[kind].check(text);
  if (error) throw new ConditionError(`${firstLine(error.message)} (${positionOf(text, error.range?.start ?? 0)})`);
  const isBool = valid && ['bool', 'dyn'].includes(String(type));
  if (expected === 'bool' && !isBool) throw new ConditionError(`gives ${String(type)}, and a condition gives bool (line 1, column 1)`);
};

const parsed: Readonly<Record<ConditionKind, Map<string, ParseResult>>> = { rule: new Map(), rubric: new Map(), route: new Map() };

const parse = (kind: ConditionKind, text: string): ParseResult => {
  const known = parsed[kind].get(text);
  if (known) return known;
  const made = environments[kind].parse(text);
  parsed[kind].set(text, made);
  return made;
};

/** The value of an expression; null where it rests on something that is not there. */
export const evaluate = (kind: ConditionKind, text: string, context: ConditionContext): unknown => {
  try {
    const value: unknown = parse(kind, text)(context);
    return typeof value === 'bigint' ? Number(value) : value;
  } catch {
    return null;
  }
};

/** True when the condition holds. What rests on absent data does not hold. */
export const holds = (kind: ConditionKind, text: string, context: ConditionContext): boolean => evaluate(kind, text, context) === true;
