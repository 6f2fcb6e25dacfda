import { retryAfterMs } from '@sluice/kernel';
import { APIConnectionError, APIConnectionTimeoutError, APIError, OpenAI } from 'openai';
import type { ChatFailure, ChatRequest, ChatResult, ChatServer } from '../ports/chat-server.port.ts';
import { answerOf } from './completion.ts';
import { adapt, bodyOf, FIRST_DIALECT, type Dialect } from './dialect.ts';

export interface OpenAiChatOptions {
  /** Any OpenAI-compatible server, up to and including its version path: `https://host/v1`. */
  readonly baseUrl: string;
  /** Null for servers that want none. */
  readonly apiKey: string | null;
}

const failed = (because: ChatFailure, retryAfter: number | null = null): ChatResult => ({
  kind: 'failed',
  because,
  retryAfterMs: retryAfter,
});

/** Statuses by which a server says that it doesn't take the request as written. */
const REFUSALS: ReadonlySet<number> = new Set([400, 404, 422, 501]);
/** What else a status of 4xx says; any other is about the request alone. */
const FAILURES: Readonly<Record<number, ChatFailure>> = {
  401: 'credentials',
  402: 'no-credit',
  403: 'forbidden',
  404: 'no-such-model',
  408: 'timeout',
};
/** OpenAI answers 429 also to whom it has no money from: no waiting helps. */
const NO_CREDIT = 'insufficient_quota';

/** What the server asks to be left alone for, in milliseconds; its own precise header first. How long it gets is the sender's to say. */
const askedRestMs = (headers: Headers | undefined): number | null => {
  const limits = { now: Date.now(), atMostMs: Number.MAX_SAFE_INTEGER };
  const precise = retryAfterMs(headers?.get('retry-after-ms'), limits);
  return precise === null ? retryAfterMs(headers?.get('retry-after'), limits) : precise / 1_000;
};

const failureOf = (error: unknown): ChatResult => {
  if (error instanceof APIConnectionTimeoutError) return failed('timeout');
  if (error instanceof APIConnectionError) return failed('unreachable');
  // An answer that is no JSON reaches us as a SyntaxError.
  if (!(error instanceof APIError) || error.status === undefined) return failed('malformed');
  const { status, headers } = error;
  if (status === 429)
    return error.code === NO_CREDIT ? failed('no-credit') : failed('rate-limited', askedRestMs(headers));
  if (status >= 500) return failed('server-error', askedRestMs(headers));
  return failed(FAILURES[status] ?? 'rejected');
};

interface Sent {
  readonly result: ChatResult;
  /** What to try next when the server refused the way we asked. */
  readonly easier: Dialect | null;
}

const addressOf = (baseUrl: string) => {
  const { hostname, port, protocol } = new URL(baseUrl);
  return { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
};

/** Chat completions through the vendor's SDK, its own retries off: ours know the question's deadline and the budget. */
export const openAiChat = ({ baseUrl, apiKey }: OpenAiChatOptions): ChatServer => {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: apiKey ?? 'none', maxRetries: 0 });
  const dialects = new Map<string, Dialect>();

  const send = async (request: ChatRequest, dialect: Dialect, deadline: AbortSignal): Promise<Sent> => {
    try {
      const body = { ...bodyOf(request, dialect), stream: false } as const;
      const completion = answerOf(await client.chat.completions.create(body, { signal: deadline }));
      return { result: completion ?? failed('malformed'), easier: null };
    } catch (error) {
      const refused = error instanceof APIError && REFUSALS.has(error.status ?? 0);
      return {
        result: deadline.aborted ? failed('timeout') : failureOf(error),
        easier: refused ? adapt(dialect, error.message) : null,
      };
    }
  };

  const complete: ChatServer['complete'] = async (request, { signal, timeoutMs }) => {
    // The SDK's own time-out ends with the headers; a server that dribbles its body must not hold us either.
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, Math.floor(timeoutMs)))]);
    let dialect = dialects.get(request.model) ?? FIRST_DIALECT;
    for (;;) {
      const { result, easier } = await send(request, dialect, deadline);
      signal.throwIfAborted();
      // Remembered once it has worked: a text that is too long is refused with the same words as a limit the server doesn't know.
      if (result.kind === 'answered') dialects.set(request.model, dialect);
      if (!easier || deadline.aborted) return result;
      dialect = easier;
    }
  };
  return { complete, address: addressOf(baseUrl) };
};
