import type { z } from 'zod';
import type { ChatFailure, ModelIssue } from './chat-server.port.ts';
import type { RedactedText } from '../redaction/redacted-text.ts';

/** US dollars per million tokens, from the playbook's versioned table. */
export interface Price {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
}

/** What the playbook allows one question to cost, in time and money. */
export interface QuestionLimits {
  /** Milliseconds for the whole answer, retries and repair included. One try gets at most half of it. */
  readonly timeoutMs: number;
  readonly maxOutputTokens: number;
  readonly price: Price;
  /** Spending is summed per `scope` (a playbook's name) and UTC day. */
  readonly budget: { readonly scope: string; readonly dailyUsd: number };
  /** Seconds an identical question is answered from the cache; 0 asks every time. */
  readonly reuseSeconds: number;
}

export interface Question<Answer> {
  /** The stage that asks: a label of metrics and spans, and the name of the answer's schema. */
  readonly stage: string;
  /** The model as its server names it. */
  readonly model: string;
  /** Capability tier of that model (`small`, `large`): a label with few values. */
  readonly tier: string;
  /** What to do. Trusted text, from the playbook. */
  readonly instructions: string;
  /** Worked examples, from the playbook. */
  readonly examples: readonly { readonly message: string; readonly answer: unknown }[];
  /** What to read: untrusted and redacted. A plain string doesn't compile here. */
  readonly message: RedactedText;
  readonly schema: z.ZodType<Answer>;
  readonly temperature: number;
  readonly limits: QuestionLimits;
  /** Groups the spans of one conversation. No personal data. */
  readonly conversationId?: string;
}

/** What the reading took. Zeros when the answer came from the cache or nobody was asked. */
export interface Usage {
  /** The model as the server named it in its answer; the one asked when there was none. */
  readonly model: string;
  /** SHA-256 over model, prompt, schema and message, hex. */
  readonly promptHash: string;
  readonly cached: boolean;
  readonly repaired: boolean;
  /** Requests sent. */
  readonly attempts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export type UnreadableBecause = 'refused' | 'truncated' | 'invalid';
export type UnavailableBecause = 'not-configured' | 'budget' | 'breaker-open' | ChatFailure;

/** What somebody has to mend before a model reads again. */
export interface ReportedIssue {
  readonly because: ModelIssue;
  /** The model it is about; null where it is about the whole server. */
  readonly model: string | null;
}

/** A wrong answer is a fact, an absent model too: neither is an exception. */
export type Reading<Answer> =
  | { readonly kind: 'understood'; readonly answer: Answer; readonly usage: Usage }
  | { readonly kind: 'unreadable'; readonly because: UnreadableBecause; readonly usage: Usage }
  | { readonly kind: 'unavailable'; readonly because: UnavailableBecause; readonly usage: Usage };

/**
 * Reads texts. Asked about once per inquiry by a stage's `gather`, possibly twice for the same one. Says as data what came of
 * it; throws only `signal.reason`, when the caller has gone. Never retries beyond the question's time.
 */
export interface LanguageModel {
  read<Answer>(question: Question<Answer>, options: { readonly signal: AbortSignal }): Promise<Reading<Answer>>;
  /** True while a question would be sent. Null when there is no model at all. */
  isAvailable(): boolean | null;
  /** What the server said that only people can mend, and has not taken back since. */
  issues(): readonly ReportedIssue[];
  close(): Promise<void>;
}
