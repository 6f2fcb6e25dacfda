import { networkFailureOf } from '../network-failure.ts';
import type { AttemptResult, Found, SinkCheck } from '../ports/connector.port.ts';

/**
 * What a failed call says, before anyone decides what follows from it. `busy`, `unreachable`: not worked on, at no cost. `unwell`: not
 * applied, and it may be later. `misconfigured`: a person mends it. `refused`: never. `ambiguous`: it may have been applied.
 */
export interface Failure {
  readonly kind: 'busy' | 'unreachable' | 'unwell' | 'misconfigured' | 'refused' | 'ambiguous';
  /** Of a bounded set of words: safe to store and to count by. */
  readonly reason: string;
  /** Milliseconds that the provider asks us to wait; null where it does not say. */
  readonly afterMs: number | null;
}

/** A call that failed, with what that says. */
export class VendorError extends Error {
  override readonly name = 'VendorError';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`calling the provider: ${failure.reason}`);
    this.failure = failure;
  }
}

export const failed = (kind: Failure['kind'], reason: string, afterMs: number | null = null): VendorError =>
  new VendorError({ kind, reason, afterMs });

/** What a thrown error says. One that nobody foresaw says nothing about what the provider did. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof VendorError) return error.failure;
  const network = networkFailureOf(error);
  return network === 'not-sent'
    ? { kind: 'unreachable', reason: network, afterMs: null }
    : { kind: 'ambiguous', reason: network, afterMs: null };
};

const NOT_READABLE: Failure = { kind: 'refused', reason: 'content-not-readable', afterMs: null };

/** What is made of a content; or why it is refused for good, where it is none of its kind or the provider has no place for it. */
export const readable = <Of>(make: () => Of): Of | Failure => {
  try {
    return make();
  } catch (error) {
    return error instanceof VendorError ? error.failure : NOT_READABLE;
  }
};

const NOT_FOUND = 404;
const MISCONFIGURED: ReadonlySet<number> = new Set([401, 402, 403, 407]);
const UNWELL: ReadonlySet<number> = new Set([408, 423, 425, 503]);
const TOO_MANY = 429;
const SERVER_ERROR = 500;

/** What a status says, where the vendor does not say otherwise. A 5xx may come after the work was done; 503 says that it was not begun. */
export const failureOfStatus = (status: number, afterMs: number | null): Failure => {
  const reason = `http-${status}`;
  if (status === TOO_MANY) return { kind: 'busy', reason, afterMs };
  if (MISCONFIGURED.has(status)) return { kind: 'misconfigured', reason, afterMs: null };
  if (UNWELL.has(status)) return { kind: 'unwell', reason, afterMs };
  if (status >= SERVER_ERROR) return { kind: 'ambiguous', reason, afterMs: null };
  return { kind: 'refused', reason, afterMs: null };
};

export const isNotFound = (error: unknown): boolean =>
  error instanceof VendorError && error.failure.reason === `http-${NOT_FOUND}`;

/** Of a question: whatever became of it, nothing was applied. */
export const asQuestion = (failure: Failure): Failure =>
  failure.kind === 'ambiguous' ? { ...failure, kind: 'unwell' } : failure;

export const attemptOf = ({ kind, reason, afterMs }: Failure): AttemptResult => {
  if (kind === 'ambiguous') return { kind: 'unknown', reason };
  if (kind === 'refused') return { kind: 'refuted', reason };
  if (kind === 'misconfigured') return { kind, reason };
  return { kind: 'retry', reason, afterMs, spendsTry: kind === 'unwell' };
};

export const soughtOf = ({ kind, reason, afterMs }: Failure): Found =>
  kind === 'misconfigured' ? { kind, reason } : { kind: 'cannot-tell', reason, afterMs };

/** What a check that failed says: about our configuration, or nothing. */
export const checkOf = ({ kind, reason }: Failure, mendOf: (reason: string) => string): SinkCheck =>
  kind === 'misconfigured'
    ? { kind: 'checked', faults: [{ target: null, reason, mend: mendOf(reason) }] }
    : { kind: 'cannot-tell', reason };
