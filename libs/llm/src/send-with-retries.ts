import { setTimeout as pause } from 'node:timers/promises';
import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhenResult } from 'cockatiel';
import type { ChatResult } from './ports/chat-server.port.ts';

/** When one request counts as sent in vain, and for how long nobody tries after many such. */
export interface BreakerOptions {
  /** Failures in a row that open the breaker. */
  readonly failures: number;
  /** Milliseconds it stays open before one request is let through. */
  readonly restMs: number;
}

export type Sent =
  ChatResult | { readonly kind: 'failed'; readonly because: 'breaker-open'; readonly retryAfterMs: null };

export interface Try {
  readonly signal: AbortSignal;
  /** On the monotonic clock, milliseconds. */
  readonly deadline: number;
  /** Milliseconds one try may take. */
  readonly tryMs: number;
  /** Sends the request, wrapped in whatever watches it. */
  readonly send: (timeoutMs: number) => Promise<ChatResult>;
}

const MAX_TRIES = 4;
const FIRST_BACKOFF_MS = 100;
/** Failures that another try may not meet. */
const PASSING: ReadonlySet<string> = new Set(['timeout', 'rate-limited', 'unreachable', 'server-error', 'malformed']);
/** Failures that say the server is unwell. A 429 says that it is well and busy: it is obeyed, and opens nothing. */
const UNWELL: ReadonlySet<string> = new Set(['timeout', 'unreachable', 'server-error', 'malformed', 'rejected']);

const OPEN = { kind: 'failed', because: 'breaker-open', retryAfterMs: null } as const;
const BUSY = { kind: 'failed', because: 'rate-limited', retryAfterMs: null } as const;

/** Full jitter: replicas that failed together don't come back together. */
const backoffMs = (tries: number): number => Math.random() * FIRST_BACKOFF_MS * 2 ** tries;

/** Sends to one server: retries what may pass within the deadline, obeys Retry-After, and stops asking a server that is unwell. */
export const sender = ({ failures, restMs }: BreakerOptions) => {
  const policy = handleWhenResult((result) => UNWELL.has((result as { because?: string }).because ?? ''));
  const breaker = circuitBreaker(policy, { breaker: new ConsecutiveBreaker(failures), halfOpenAfter: restMs });
  let busyUntil = 0;

  const once = async ({ send, tryMs, deadline }: Try): Promise<Sent> => {
    try {
      return await breaker.execute(() => send(Math.min(tryMs, deadline - performance.now())));
    } catch (error) {
      if (error instanceof BrokenCircuitError) return OPEN;
      throw error;
    }
  };

  const waitFor = (result: Sent & { kind: 'failed' }, tries: number): number => {
    if (result.because === 'rate-limited' && result.retryAfterMs !== null) {
      busyUntil = Math.max(busyUntil, performance.now() + result.retryAfterMs);
    }
    return Math.max(backoffMs(tries), result.retryAfterMs ?? 0);
  };

  return {
    isOpen: (): boolean => breaker.state === CircuitState.Open || breaker.state === CircuitState.Isolated,
    async send(one: Try): Promise<Sent> {
      const busyMs = busyUntil - performance.now();
      if (performance.now() + busyMs > one.deadline) return BUSY;
      if (busyMs > 0) await pause(busyMs, undefined, { signal: one.signal });
      for (let tries = 1; ; tries += 1) {
        const result = await once(one);
        if (result.kind === 'answered' || tries === MAX_TRIES || !PASSING.has(result.because)) return result;
        const waitMs = waitFor(result, tries);
        if (performance.now() + waitMs >= one.deadline) return result;
        await pause(waitMs, undefined, { signal: one.signal });
      }
    },
  };
};
export type Sender = ReturnType<typeof sender>;
