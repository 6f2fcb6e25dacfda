import { dueAt, slaSignals, type SlaSignal, type SlaTerms } from '@sluice/policy';
import {
  andThen,
  dueOf,
  isLater,
  pause,
  resume,
  start,
  stop,
  unmoved,
  type Cause,
  type Change,
  type Clock,
  type Happening,
  type Message,
  type Moved,
  type Pause,
} from './clock.ts';
import { passTime } from './pass-time.ts';

/** The clocks of a conversation by their name. */
export type Clocks = Readonly<Record<string, Clock>>;

/** What a conversation's clocks hear of. */
export type Signal =
  | { readonly kind: 'customer-wrote'; readonly message: Message; readonly terms: readonly SlaTerms[] }
  /** What can keep a promise; `closed` ends each. */
  | { readonly kind: SlaSignal }
  | ({ readonly kind: 'paused' } & Pause)
  | { readonly kind: 'resumed' }
  /** Nothing but that time has passed. */
  | { readonly kind: 'time-passed' };

export interface Heard {
  readonly signal: Signal;
  /** Who did it: an owner, the id of an API key, a stage. */
  readonly by: string;
  /** When it happened, which may be before it was heard of. */
  readonly at: string;
}

export interface FoldedClocks {
  readonly clocks: Clocks;
  readonly happened: readonly Happening[];
}

const causeOf = ({ signal, by, at }: Heard): Cause => ({ because: signal.kind, by, at });

/** Why a customer's message starts this clock; null when it goes on as it is. */
const startOf = (clock: Clock, terms: SlaTerms, at: string): Extract<Change, 'restarted' | 'tightened'> | null => {
  if (clock.status === 'stopped') return terms.restarts && isLater(at, clock.since) ? 'restarted' : null;
  const due = dueOf(clock);
  // A customer who asks again is not to wait longer for it, but one who is worse off now may wait less.
  return due !== null && isLater(due, dueAt(terms.calendar, at, terms.budgetMs)) ? 'tightened' : null;
};

const hearMessage = (
  clock: Clock,
  { message, terms }: Extract<Signal, { readonly kind: 'customer-wrote' }>,
  cause: Cause,
): Moved => {
  const answered = resume(clock, cause);
  const promised = terms.find((one) => one.clock === clock.terms.clock);
  const change = promised ? startOf(answered.clock, promised, cause.at) : null;
  if (!promised || change === null) return answered;
  return andThen(answered, ({ revision }) => start({ message, terms: promised, revision }, change, cause));
};

const isStop = (signal: Signal): signal is { readonly kind: SlaSignal } =>
  slaSignals.some((one) => one === signal.kind);

const hear = (clock: Clock, heard: Heard): Moved => {
  const { signal } = heard;
  const cause = causeOf(heard);
  if (isStop(signal)) {
    const isKept = clock.terms.stops.includes(signal.kind);
    return isKept || signal.kind === 'closed' ? stop(clock, isKept, cause) : unmoved(clock);
  }
  switch (signal.kind) {
    case 'customer-wrote':
      return hearMessage(clock, signal, cause);
    case 'paused':
      return pause(clock, signal, cause);
    case 'resumed':
      return resume(clock, cause);
    case 'time-passed':
      return unmoved(clock);
  }
};

/** An answer at the very moment something is due is in time. */
const passedBefore = ({ signal, at }: Heard): string =>
  isStop(signal) ? new Date(Date.parse(at) - 1).toISOString() : at;

/**
 * A conversation's clocks after one signal, and what they did, in order. Time passes first, so that what came due before the
 * signal is not forgotten, whether it was heard of in time or not. Hearing the same twice changes nothing the second time.
 */
export const foldClocks = (clocks: Clocks, heard: Heard): FoldedClocks => {
  const { signal } = heard;
  const known = Object.entries(clocks)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, clock]) => andThen(passTime(clock, passedBefore(heard)), (next) => hear(next, heard)));
  const fresh =
    signal.kind === 'customer-wrote'
      ? signal.terms
          .filter(({ clock }) => !Object.hasOwn(clocks, clock))
          .map((terms) => start({ message: signal.message, terms, revision: 0 }, 'started', causeOf(heard)))
      : [];
  const all = [...known, ...fresh];
  return {
    clocks: Object.fromEntries(all.map(({ clock }) => [clock.terms.clock, clock])),
    happened: all.flatMap(({ happened }) => happened),
  };
};
