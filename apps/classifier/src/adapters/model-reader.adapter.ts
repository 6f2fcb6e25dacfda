import type { InquiryEnriched } from '@sluice/contracts';
import {
  redactor,
  type LanguageModel,
  type Question,
  type Reading,
  type RedactedText,
  type Redactor,
} from '@sluice/llm';
import type { Playbook } from '@sluice/policy';
import type { InquiryReader, InquiryReading } from '../ports/inquiry-reader.port.ts';
import { answerSchema, type Fields } from './answer-schema.ts';
import type { ConversationTokens } from './conversation-tokens.ts';
import { messageOf } from './inquiry-prompt.ts';

export interface ModelReaderOptions {
  readonly model: LanguageModel;
  readonly tokens: ConversationTokens;
}

type Tier = { readonly tier: string } & Playbook['model']['small'];
/** Time that is too short for a second opinion. */
const SHORTEST_MS = 500;

const missingIn = (fields: Fields, keyFields: readonly string[]): number =>
  keyFields.filter((name) => (fields[name] ?? null) === null).length;

/** The larger model, when the playbook names one and the smaller left out as many key fields as the playbook calls uncertain. */
const escalationFor = ({ model, extraction }: Playbook, reading: Reading<Fields>): Tier | null => {
  if (reading.kind !== 'understood' || model.large === null || model.escalateWhenMissing === null) return null;
  const uncertain = missingIn(reading.answer, extraction.keyFields) >= model.escalateWhenMissing;
  return uncertain ? { tier: 'large', ...model.large } : null;
};

/** The second answer if there is one, and what both cost. */
const together = (first: Reading<Fields>, second: Reading<Fields>): Reading<Fields> => {
  const { usage, ...chosen } = second.kind === 'understood' ? second : first;
  const other = second.kind === 'understood' ? first.usage : second.usage;
  return {
    ...chosen,
    usage: {
      ...usage,
      cached: usage.cached && other.cached,
      attempts: usage.attempts + other.attempts,
      inputTokens: usage.inputTokens + other.inputTokens,
      outputTokens: usage.outputTokens + other.outputTokens,
      costUsd: usage.costUsd + other.costUsd,
    },
  } as Reading<Fields>;
};

const questionFor = ({ extraction, model, name }: Playbook, message: Question<Fields>['message']) => {
  const shared = {
    stage: 'score-inquiry',
    instructions: extraction.instructions,
    examples: extraction.examples,
    message,
    schema: answerSchema(extraction),
    temperature: model.temperature,
  };
  return ({ tier, name: modelName, ...price }: Tier, timeoutMs: number, conversationId: string): Question<Fields> => ({
    ...shared,
    model: modelName,
    tier,
    conversationId,
    limits: {
      timeoutMs,
      maxOutputTokens: model.maxOutputTokens,
      price,
      reuseSeconds: model.reuseMinutes * 60,
      budget: { scope: name, dailyUsd: model.dailyBudgetUsd },
    },
  });
};

/** Without a prompt nobody is asked, and nothing is paid for. */
const unasked = ({ model }: Playbook, because: 'not-configured' | 'redaction-failed'): InquiryReading => ({
  kind: 'unavailable',
  because,
  usage: {
    model: model.small.name,
    promptHash: null,
    cached: false,
    repaired: false,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
  },
});

const redacted = (inquiry: InquiryEnriched, redaction: Redactor, { extraction }: Playbook): RedactedText | null => {
  try {
    return messageOf(inquiry, redaction, extraction.maxCharacters);
  } catch {
    return null;
  }
};

/** Reads inquiries with a language model. What leaves this process is redacted; the fields that come back name people again. */
export const modelReader = ({ model, tokens }: ModelReaderOptions): InquiryReader => {
  const ask = async (
    inquiry: InquiryEnriched,
    playbook: Playbook,
    { message, signal }: { readonly message: Question<Fields>['message']; readonly signal: AbortSignal },
  ): Promise<Reading<Fields>> => {
    const question = questionFor(playbook, message);
    const { timeoutMs } = playbook.model;
    const startedAt = performance.now();
    const first = await model.read(
      question({ tier: 'small', ...playbook.model.small }, timeoutMs, inquiry.conversationId),
      { signal },
    );
    const larger = escalationFor(playbook, first);
    const leftMs = timeoutMs - (performance.now() - startedAt);
    if (!larger || leftMs < SHORTEST_MS) return first;
    return together(first, await model.read(question(larger, leftMs, inquiry.conversationId), { signal }));
  };

  return {
    async read(inquiry, playbook, signal): Promise<InquiryReading> {
      if (Object.values(playbook.extraction.fields).every(({ from }) => from !== 'model')) return { kind: 'not-asked' };
      if (model.isAvailable() === null) return unasked(playbook, 'not-configured');
      const book = await tokens.open(inquiry.conversationId);
      const redaction = redactor({ book, names: inquiry.contact.name === null ? [] : [inquiry.contact.name] });
      const message = redacted(inquiry, redaction, playbook);
      // Nothing leaves the house that could not be redacted: people read it.
      if (message === null) return unasked(playbook, 'redaction-failed');
      await tokens.keep(inquiry.conversationId, book);
      const reading = await ask(inquiry, playbook, { message, signal });
      if (reading.kind !== 'understood') return reading;
      return { kind: 'understood', fields: redaction.restore(reading.answer), usage: reading.usage };
    },
  };
};
