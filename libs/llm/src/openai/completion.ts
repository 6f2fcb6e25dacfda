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

/** What we need of a completion. Compatible servers leave out what the vendor's types promise. */
const completion = z.object({
  id: text,
  model: text,
  choices: z
    .array(
      z.object({
        message: z.object({
          content: text,
          refusal: z
            .string()
            .nullish()
            .transform((value) => value ?? null),
        }),
        finish_reason: z
          .string()
          .nullish()
          .transform((value) => value ?? 'stop'),
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
