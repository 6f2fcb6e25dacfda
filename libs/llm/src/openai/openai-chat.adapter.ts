import { APIConnectionError, APIConnectionTimeoutError, APIError, OpenAI } from 'openai';
import type { ChatFailure, ChatRequest, ChatResult, ChatServer } from '../ports/chat-server.port.ts';
import { answerOf } from './completion.ts';
import { adapt, bodyOf, FIRST_DIALECT, type Dialect } from './dialect.ts';
import { retryAfterMs } from './retry-after.ts';

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

const failureOf = (error: unknown): ChatResult => {
  if (error instanceof APIConnectionTimeoutError) return failed('timeout');
  if (error instanceof APIConnectionError) return failed('unreachable');
  // An answer that is no JSON reaches us as a SyntaxError.
  if (!(error instanceof APIError) || error.status === undefined) return failed('malformed');
  if (error.status === 429) return failed('rate-limited', retryAfterMs(error.headers));
  if (error.status === 408) return failed('timeout');
  return error.status >= 500 ? failed('server-error', retryAfterMs(error.headers)) : failed('rejected');
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
    for (;;) {
      const { result, easier } = await send(request, dialects.get(request.model) ?? FIRST_DIALECT, deadline);
      signal.throwIfAborted();
      if (!easier || deadline.aborted) return result;
      dialects.set(request.model, easier);
    }
  };
  return { complete, address: addressOf(baseUrl) };
};
