import { Slots, systemClock, type Clock } from '@sluice/kernel';
import { answerQuestion } from './answer-question.ts';
import { checkAnswer } from './answer-format.ts';
import { dailyBudget } from './daily-budget.ts';
import { counted } from './gen-ai-telemetry.ts';
import { openAiChat, type OpenAiChatOptions } from './openai/openai-chat.adapter.ts';
import type { ChatServer } from './ports/chat-server.port.ts';
import type { LanguageModel, Question, Reading, Usage } from './ports/language-model.port.ts';
import type { AnswerStore, SpendCounter } from './ports/stores.port.ts';
import { promptHashOf, requestOf } from './prompt.ts';
import { sender, type BreakerOptions, type SenderOptions } from './send-with-retries.ts';
import { shareInFlight } from './share-in-flight.ts';

export interface LanguageModelOptions extends SenderOptions {
  readonly server: ChatServer;
  readonly answers: AnswerStore;
  readonly spent: SpendCounter;
  /** Default: 5 failures in a row, 10 seconds of rest. */
  readonly breaker?: BreakerOptions;
  /** Questions under way at a time, default 64; what is over it waits, ready to be sent, and its time-out has not begun. */
  readonly concurrency?: number;
  readonly clock?: Clock;
}

export const DEFAULT_MODEL_CONCURRENCY = 64;

const BREAKER: BreakerOptions = { failures: 5, restMs: 10_000 };

const free = (usage: Usage): Usage => ({
  ...usage,
  cached: true,
  attempts: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
});

interface Kept {
  readonly answer: unknown;
  readonly model: string;
}
const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' &&
  value !== null &&
  'answer' in value &&
  'model' in value &&
  typeof value.model === 'string';

/** An answer from the store, if there is one and it still fits the question's schema. */
const fromStore = <Answer>(kept: unknown, question: Question<Answer>, promptHash: string): Reading<Answer> | null => {
  const checked = isKept(kept) ? checkAnswer(question.schema, kept.answer) : null;
  if (!isKept(kept) || !checked?.valid) return null;
  const usage: Usage = {
    model: kept.model,
    promptHash,
    cached: true,
    repaired: false,
    attempts: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
  };
  return { kind: 'understood', answer: checked.answer, usage };
};

/** Cache, then one shared call per identical prompt, then the server within breaker, budget and deadline. */
export const languageModel = (options: LanguageModelOptions): LanguageModel => {
  const {
    server,
    answers,
    spent,
    breaker = BREAKER,
    concurrency = DEFAULT_MODEL_CONCURRENCY,
    clock = systemClock,
  } = options;
  const answering = { server, sender: sender(breaker, options), budget: dailyBudget(spent, clock) };
  const inFlight = shareInFlight<Reading<unknown>>();
  const slots = new Slots(concurrency);

  return {
    async read<Answer>(
      question: Question<Answer>,
      { signal }: { readonly signal: AbortSignal },
    ): Promise<Reading<Answer>> {
      const request = requestOf(question);
      const promptHash = promptHashOf(request);
      const { reuseSeconds } = question.limits;
      const known = reuseSeconds > 0 ? fromStore(await answers.get(promptHash), question, promptHash) : null;
      if (known) {
        counted(question, known, 0);
        return known;
      }
      const { value, mine } = await inFlight.join(promptHash, signal, async (sharedSignal) => {
        const reading = await slots.run(async () => {
          const startedAt = performance.now();
          const answered = await answerQuestion({ question, request, promptHash, signal: sharedSignal }, answering);
          counted(question, answered, performance.now() - startedAt);
          return answered;
        });
        if (reading.kind === 'understood') {
          await answers.set(promptHash, { answer: reading.answer, model: reading.usage.model }, reuseSeconds);
        }
        return reading;
      });
      // Equal hashes mean equal schemas, so what the other caller's schema accepted is this caller's answer too.
      const reading = value as Reading<Answer>;
      return mine ? reading : { ...reading, usage: free(reading.usage) };
    },
    isAvailable: () => !answering.sender.isOpen(),
    issues: answering.sender.issues,
    close: async () => inFlight.abortAll(),
  };
};

/** A model on any OpenAI-compatible server. */
export const createLanguageModel = (options: OpenAiChatOptions & Omit<LanguageModelOptions, 'server'>): LanguageModel =>
  languageModel({ ...options, server: openAiChat(options) });
