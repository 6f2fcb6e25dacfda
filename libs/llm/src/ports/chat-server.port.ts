export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly schemaName: string;
  readonly jsonSchema: Readonly<Record<string, unknown>>;
  readonly temperature: number;
  readonly maxOutputTokens: number;
}

/** Failures that no request of anybody will escape until somebody changes a setting, an account or a playbook. */
export type ModelIssue = 'credentials' | 'no-credit' | 'forbidden' | 'no-such-model';

/** `rejected` is about the request alone: too long, filtered, a schema that the server does not take. */
export type ChatFailure =
  'timeout' | 'rate-limited' | 'unreachable' | 'server-error' | 'malformed' | 'rejected' | ModelIssue;

export interface ChatAnswer {
  readonly kind: 'answered';
  readonly id: string;
  readonly model: string;
  readonly text: string;
  /** The model declined, in its own words. */
  readonly refusal: string | null;
  /** `stop`, `length`, `content_filter` …, as the server says it. */
  readonly finishReason: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly reasoningTokens: number;
}

export type ChatResult =
  | ChatAnswer
  | {
      readonly kind: 'failed';
      readonly because: ChatFailure;
      /** Milliseconds the server asked us to wait; null when it didn't say. */
      readonly retryAfterMs: number | null;
    };

/** One request to a chat server, without retries. Throws only when `signal` aborts for another reason than time. */
export interface ChatServer {
  complete(
    request: ChatRequest,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<ChatResult>;
  /** For spans. */
  readonly address: { readonly host: string; readonly port: number };
}
