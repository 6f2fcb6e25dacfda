import { z } from 'zod';

/** The answer's schema as servers take it. Unrepresentable zod types throw: that is a defect of the caller. */
export const jsonSchemaOf = (schema: z.ZodType): Readonly<Record<string, unknown>> => {
  const { $schema: _dialect, ...jsonSchema } = z.toJSONSchema(schema);
  return jsonSchema;
};

const tryJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Models wrap their JSON in fences and politeness; the object inside is the answer all the same. Undefined when there is none. */
const jsonIn = (text: string): unknown => {
  const fenced = /```(?:json)?\s*([\s\S]*?)```/.exec(text)?.[1];
  const braced = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  for (const candidate of [text, fenced, braced]) {
    const value = candidate ? tryJson(candidate) : undefined;
    if (value !== undefined && value !== null && typeof value === 'object') return value;
  }
  return undefined;
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

export const readAnswer = <Answer>(schema: z.ZodType<Answer>, text: string): Checked<Answer> =>
  checkAnswer(schema, jsonIn(text));
