import { z } from 'zod';
import type { Prompt } from './answer-prompt.ts';
import type { JsonSchema } from './json-schema.ts';

const part = z.object({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part), z.null()]);
const message = z.object({ role: z.string(), content });
const jsonSchema = z.record(z.string(), z.unknown());

const textOf = (given: z.output<typeof content>): string =>
  typeof given === 'string' ? given : (given ?? []).map(({ text }) => text ?? '').join('\n');

const asMessages = (messages: readonly z.output<typeof message>[]): Prompt['messages'] =>
  messages.map(({ role, content: given }) => ({ role, text: textOf(given) }));

export const chatRequest = z
  .object({
    model: z.string().min(1),
    messages: z.array(message).min(1),
    stream: z.literal(false).optional(),
    response_format: z
      .discriminatedUnion('type', [
        z.object({ type: z.literal('json_schema'), json_schema: z.object({ name: z.string(), schema: jsonSchema }) }),
        z.object({ type: z.literal('json_object') }),
        z.object({ type: z.literal('text') }),
      ])
      .optional(),
  })
  .transform(({ model, messages, response_format: format }): Prompt => ({
    model,
    messages: asMessages(messages),
    schema:
      format?.type === 'json_schema'
        ? (format.json_schema.schema as JsonSchema)
        : format?.type === 'json_object'
          ? {}
          : null,
  }));

export const responsesRequest = z
  .object({
    model: z.string().min(1),
    instructions: z.string().nullish(),
    input: z.union([z.string(), z.array(message)]),
    stream: z.literal(false).optional(),
    text: z
      .object({
        format: z.discriminatedUnion('type', [
          z.object({ type: z.literal('json_schema'), name: z.string(), schema: jsonSchema }),
          z.object({ type: z.literal('json_object') }),
          z.object({ type: z.literal('text') }),
        ]),
      })
      .optional(),
  })
  .transform(({ model, instructions, input, text }): Prompt => ({
    model,
    messages: [
      ...(instructions ? [{ role: 'system', text: instructions }] : []),
      ...(typeof input === 'string' ? [{ role: 'user', text: input }] : asMessages(input)),
    ],
    schema:
      text?.format.type === 'json_schema'
        ? (text.format.schema as JsonSchema)
        : text?.format.type === 'json_object'
          ? {}
          : null,
  }));
