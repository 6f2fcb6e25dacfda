import { z } from 'zod';
import type { Question, QuestionLimits } from '../ports/language-model.port.ts';
import type { AnswerStore, SpendCounter } from '../ports/stores.port.ts';
import { redactor } from '../redaction/redactor.ts';
import { tokenBook } from '../redaction/token-book.ts';

const schema = z.object({ intent: z.enum(['buying', 'support']), urgency_days: z.int().nullable() });
export type TestAnswer = z.output<typeof schema>;

const redacted = (text: string) => redactor({ book: tokenBook({ digest: (identity) => identity }) }).redact(text);

interface QuestionOverrides {
  readonly message?: string;
  readonly model?: string;
  readonly limits?: Partial<QuestionLimits>;
}

/** A question with room for what a test is not about. */
export const aQuestion = ({
  message = 'We want to buy',
  model = 'small-model',
  limits = {},
}: QuestionOverrides = {}): Question<TestAnswer> => ({
  stage: 'score-inquiry',
  model,
  tier: 'small',
  instructions: 'Say what the message wants.',
  examples: [{ message: 'It is broken', answer: { intent: 'support', urgency_days: 1 } }],
  message: redacted(message),
  schema,
  temperature: 0.2,
  limits: {
    timeoutMs: 2000,
    maxOutputTokens: 200,
    price: { inputPerMillionUsd: 1000, outputPerMillionUsd: 10_000 },
    budget: { scope: 'lead-qual', dailyUsd: 100 },
    reuseSeconds: 0,
    ...limits,
  },
});

/** Stores of one test: what `@sluice/cache` keeps in Redis. */
export const memoryStores = (): {
  readonly answers: AnswerStore & { readonly kept: ReadonlyMap<string, unknown> };
  readonly spent: SpendCounter;
} => {
  const kept = new Map<string, unknown>();
  const sums = new Map<string, number>();
  return {
    answers: {
      kept,
      get: async (key) => kept.get(key),
      set: async (key, value, ttlSeconds) => {
        if (ttlSeconds > 0) kept.set(key, value);
      },
    },
    spent: {
      add: async (key, amount) => {
        const sum = (sums.get(key) ?? 0) + amount;
        sums.set(key, sum);
        return sum;
      },
      read: async (key) => sums.get(key) ?? 0,
    },
  };
};
