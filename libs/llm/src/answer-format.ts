import { z } from 'zod';

/** The answer's schema as servers take it. Unrepresentable zod types throw: that is a defect of the caller. */
export const jsonSchemaOf = (schema: z.ZodType): Readonly<Record<string, unknown>> => {
  const { $schema: _dialect, ...jsonSchema } = z.toJSONSchema(schema);
  return jsonSchema;
};

/** Names under which reasoning models write down their thoughts, as `<think>…</think>` or `[THINK]…[/THINK]`. */
const THOUGHTS = ['think', 'thinking', 'thought', 'thoughts', 'reasoning', 'reflection', 'scratchpad'];
const OPENING = new RegExp(String.raw`(?:<(${THOUGHTS.join('|')})\b[^<>]{0,80}>|\[(think)\])`, 'iy');
/** By name; `[]` is the one in square brackets. */
const closingOf: Readonly<Record<string, RegExp>> = {
  '[]': /\[\/think\]/gi,
  ...Object.fromEntries(THOUGHTS.map((name) => [name, new RegExp(String.raw`</${name}\s*>`, 'gi')])),
};
const CLOSING = new RegExp(String.raw`(?:</(?:${THOUGHTS.join('|')})\s*>|\[/think\])`, 'iy');

/** Characters that are looked at in all: a text of nothing but braces would be gone through once for each. */
const MOST_STEPS = 4_000_000;
/** The last are tried first, and nobody writes as many drafts. */
const MOST_TRIED = 20;

/** What stands at one place of an answer, and where it ends. */
type Piece =
  | { readonly is: 'value'; readonly value: unknown; readonly end: number }
  | { readonly is: 'thoughts'; readonly end: number }
  /** The end of thoughts that never began: some servers keep the opening mark to themselves. */
  | { readonly is: 'end-of-thoughts'; readonly end: number }
  /** Nothing of the kind; `end` is the place up to which it was looked for. */
  | { readonly is: 'nothing'; readonly end: number };
type Value = Extract<Piece, { is: 'value' }>;

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Where the string ends whose opening quotation mark stands at `start`; the text's length where nobody closed it. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
};

/** Where the bracket at `start` is closed; the text's length where it is not. Brackets inside strings are text. */
const endOfValue = (text: string, start: number): number => {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
};

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

const MARK = /[<[{]/g;
/** Where thoughts or a value may begin next; the text's length where nothing does. */
const nextMark = (text: string, from: number): number => matchAt(MARK, text, from)?.index ?? text.length;

/** Thoughts that nobody closed go on to the end. */
const thoughtsAt = (text: string, at: number): Piece => {
  const opening = matchAt(OPENING, text, at);
  if (!opening)
    return matchAt(CLOSING, text, at)
      ? { is: 'end-of-thoughts', end: CLOSING.lastIndex }
      : { is: 'nothing', end: at + 1 };
  const closing = closingOf[(opening[1] ?? '[]').toLowerCase()] ?? CLOSING;
  const isClosed = matchAt(closing, text, at + opening[0].length) !== null;
  return { is: 'thoughts', end: isClosed ? closing.lastIndex : text.length };
};

const valueAt = (text: string, at: number): Piece => {
  const end = endOfValue(text, at) + 1;
  const value = end > text.length ? undefined : parsedJson(text.slice(at, end));
  return value === undefined ? { is: 'nothing', end } : { is: 'value', value, end };
};

const pieceAt = (text: string, at: number): Piece => {
  const thoughts = text[at] === '{' ? null : thoughtsAt(text, at);
  return thoughts && (thoughts.is !== 'nothing' || text[at] === '<') ? thoughts : valueAt(text, at);
};

/** The JSON objects and lists that stand in an answer, in order, those in the model's thoughts left out. */
const valuesIn = (text: string): readonly Value[] => {
  let found: Value[] = [];
  let steps = 0;
  let at = nextMark(text, 0);
  while (at < text.length && steps < MOST_STEPS) {
    const piece = pieceAt(text, at);
    if (piece.is === 'value') found.push(piece);
    if (piece.is === 'end-of-thoughts') found = [];
    steps += piece.end - at;
    at = nextMark(text, piece.is === 'nothing' ? at + 1 : piece.end);
  }
  return found;
};

/** What a model may have wrapped: `{"answer": {…}}`, or a list of one. */
const unwrapped = (value: unknown): unknown => {
  const inner: readonly unknown[] = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return inner.length === 1 && typeof inner[0] === 'object' && inner[0] !== null ? inner[0] : undefined;
};

export type Checked<Answer> =
  | { readonly valid: true; readonly answer: Answer; readonly raw: unknown }
  | {
      readonly valid: false;
      /** For the model, so that it can mend its answer. Names paths and types, never values of ours. */ readonly error: string;
    };

export const checkAnswer = <Answer>(schema: z.ZodType<Answer>, raw: unknown): Checked<Answer> => {
  if (raw === undefined) return { valid: false, error: 'The answer holds no JSON object.' };
  const result = schema.safeParse(raw);
  return result.success
    ? { valid: true, answer: result.data, raw }
    : { valid: false, error: z.prettifyError(result.error) };
};

interface ReadOptions {
  /** True where the server stopped the answer at its limit: then a draft is no answer if another object was begun after it. */
  readonly isCutOff?: boolean;
}

/** The last object of an answer that fits the schema, outside the model's thoughts; what else it says is passed over. */
export const readAnswer = <Answer>(
  schema: z.ZodType<Answer>,
  text: string,
  { isCutOff = false }: ReadOptions = {},
): Checked<Answer> => {
  const candidates = valuesIn(text).slice(-MOST_TRIED).reverse();
  const last = candidates[0];
  if (isCutOff && last && text.includes('{', last.end)) return checkAnswer(schema, undefined);
  for (const { value } of candidates) {
    const checked = [value, unwrapped(value)].map((raw) => checkAnswer(schema, raw)).find(({ valid }) => valid);
    if (checked) return checked;
  }
  return checkAnswer(schema, last?.value);
};
