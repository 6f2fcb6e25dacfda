import { setTimeout as pause } from 'node:timers/promises';
import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhenResult } from 'cockatiel';
import { modelIssues } from './model-issues.ts';
import type { ChatFailure, ChatResult } from './ports/chat-server.port.ts';
import type { ReportedIssue } from './ports/language-model.port.ts';

/** When one request counts as sent in vain, and for how long nobody tries after many such. */
export interface BreakerOptions {
  /** Failures in a row that open the breaker. */
  readonly failures: number;
  /** Milliseconds it stays open before one request is let through. */
  readonly restMs: number;
}

export interface SenderOptions {
  /** Milliseconds the server is left alone at most, whatever it asks; and how often it is asked again while it refuses everything. */
  readonly longestRestMs?: number;
  /** Told when what only people can mend begins, changes or ends. */
  readonly onIssues?: (issues: readonly ReportedIssue[]) => void;
}

export const LONGEST_REST_MS = 60_000;

export type Sent =
  ChatResult | { readonly kind: 'failed'; readonly because: 'breaker-open'; readonly retryAfterMs: null };

export interface Try {
  /** The model that is asked. */
  readonly model: string;
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
/**
 * Failures that say the server is unwell. A 429 says that it is well and busy: it is obeyed. A refusal says that it is well and won't take
 * this request: one sender's text must not keep the model from reading everybody else's.
 */
const UNWELL: ReadonlySet<string> = new Set(['timeout', 'unreachable', 'server-error', 'malformed']);

const failed = <Because extends ChatFailure | 'breaker-open'>(because: Because) =>
  ({ kind: 'failed', because, retryAfterMs: null }) as const;

/** Full jitter: replicas that failed together don't come back together. */
const backoffMs = (tries: number): number => Math.random() * FIRST_BACKOFF_MS * 2 ** tries;

/** Sends to one server: retries what may pass within the deadline, obeys Retry-After, and stops asking a server that is unwell. */
export const sender = ({ failures, restMs }: BreakerOptions, options: SenderOptions = {}) => {
  const { longestRestMs = LONGEST_REST_MS, onIssues } = options;
  const policy = handleWhenResult((result) => UNWELL.has((result as { because?: string }).because ?? ''));
  const breaker = circuitBreaker(policy, { breaker: new ConsecutiveBreaker(failures), halfOpenAfter: restMs });
  const issues = modelIssues({ askAgainMs: longestRestMs, onIssues });
  let busyUntil = 0;

  const once = async ({ send, tryMs, deadline }: Try): Promise<Sent> => {
    try {
      return await breaker.execute(() => send(Math.min(tryMs, deadline - performance.now())));
    } catch (error) {
      if (error instanceof BrokenCircuitError) return failed('breaker-open');
      throw error;
    }
  };

  const waitFor = (result: Sent & { kind: 'failed' }, tries: number): number => {
    const askedMs = result.retryAfterMs === null ? null : Math.min(result.retryAfterMs, longestRestMs);
    if (result.because === 'rate-limited' && askedMs !== null)
      busyUntil = Math.max(busyUntil, performance.now() + askedMs);
    return Math.max(backoffMs(tries), askedMs ?? 0);
  };

  return {
    isOpen: (): boolean => breaker.state === CircuitState.Open || breaker.state === CircuitState.Isolated,
    issues: issues.reported,
    async send(one: Try): Promise<Sent> {
      const because = issues.keepsFrom(one.model);
      if (because) return failed(because);
      const busyMs = busyUntil - performance.now();
      if (performance.now() + busyMs > one.deadline) return failed('rate-limited');
      if (busyMs > 0) await pause(busyMs, undefined, { signal: one.signal });
      for (let tries = 1; ; tries += 1) {
        const result = await once(one);
        issues.note(one.model, result);
        if (result.kind === 'answered' || tries === MAX_TRIES || !PASSING.has(result.because)) return result;
        const waitMs = waitFor(result, tries);
        if (performance.now() + waitMs >= one.deadline) return result;
        await pause(waitMs, undefined, { signal: one.signal });
      }
    },
  };
};
export type Sender = ReturnType<typeof sender>;
