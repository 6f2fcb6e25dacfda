import { z } from 'zod';
import type { ChatAnswer } from '../ports/chat-server.port.ts';

const tokens = z
  .number()
  .nullish()
  .transform((count) => count ?? 0);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** Some servers answer in parts and mark the model's thoughts as such: what is said is in the parts of text. */
const parts = z
  .array(z.looseObject({ type: z.string(), text: z.string().optional() }))
  .transform((all) => all.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join(''));

/** Names go into events, spans and metrics: what is not written like one is none. */
const identifier = z
  .string()
  .nullish()
  .transform((value) => (/^[\w.:/@+-]{1,120}$/u.test(value ?? '') ? (value ?? '') : ''));

/** What we need of a completion. Compatible servers leave out what the vendor's types promise. */
const completion = z.object({
  id: identifier,
  model: identifier,
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.union([parts, text]),
          refusal: z
            .string()
            .nullish()
            .transform((value) => value ?? null),
        }),
        finish_reason: identifier.transform((value) => value || 'stop'),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: tokens,
      completion_tokens: tokens,
      prompt_tokens_details: z.object({ cached_tokens: tokens }).nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: tokens }).nullish(),
    })
    .nullish(),
});

/** Null when the body is no completion. */
export const answerOf = (body: unknown): ChatAnswer | null => {
  const { success, data } = completion.safeParse(body);
  const choice = success ? data.choices[0] : undefined;
  if (!success || !choice) return null;
  return {
    kind: 'answered',
    id: data.id,
    model: data.model,
    text: choice.message.content,
    refusal: choice.message.refusal,
    finishReason: choice.finish_reason,
    inputTokens: data.usage?.prompt_tokens ?? 0,
    outputTokens: data.usage?.completion_tokens ?? 0,
    ...details(data.usage),
  };
};

const details = (
  usage: z.output<typeof completion>['usage'],
): Pick<ChatAnswer, 'cachedInputTokens' | 'reasoningTokens'> => ({
  cachedInputTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
  reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens ?? 0,
});
