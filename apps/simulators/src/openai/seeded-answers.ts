import { z } from 'zod';

const seeded = z.strictObject({
  /** What the model says: an object becomes JSON, a string is said as it is (prose, broken JSON). */
  content: z
    .union([z.string(), z.record(z.string(), z.json())])
    .nullable()
    .default(null),
  refusal: z.string().nullable().default(null),
  finishReason: z.enum(['stop', 'length', 'content_filter']).default('stop'),
});
export type SeededAnswer = z.output<typeof seeded>;

export const seedRequest = z.strictObject({
  /** The `XYZ` of a `[ref:XYZ]` in the prompt. */
  ref: z.string().min(1),
  /** Given one after the other; the last is repeated. */
  answers: z.array(seeded).min(1),
});

const REF = /\[ref:([^\]\s]{1,120})\]/g;

/** The last token in a text: a prompt may quote examples before it. */
export const refIn = (text: string): string | null => [...text.matchAll(REF)].at(-1)?.[1] ?? null;

export interface SeededAnswers {
  seed(ref: string, answers: readonly SeededAnswer[]): void;
  /** The next answer for this reference; null when none was seeded. */
  next(ref: string | null): SeededAnswer | null;
  clear(): void;
}

export const createSeededAnswers = (): SeededAnswers => {
  const waiting = new Map<string, SeededAnswer[]>();
  return {
    seed: (ref, answers) => void waiting.set(ref, [...answers]),
    next(ref) {
      const left = ref === null ? undefined : waiting.get(ref);
      return (left && left.length > 1 ? left.shift() : left?.[0]) ?? null;
    },
    clear: () => waiting.clear(),
  };
};
