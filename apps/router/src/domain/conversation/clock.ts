import { dueAt, elapsed, type SlaTerms } from '@sluice/policy';

/** The customer's message that a clock waits on, and by which playbook version, for whom and by which of its routes it was promised. */
export interface Message {
  readonly inquiryId: string;
  readonly rule: string;
  readonly queue: string;
  readonly priority: string;
  /** Hash of the version: the clock ends by the rules it began with, whatever is in force by then. */
  readonly playbook: string;
  readonly scope: { readonly brand: string; readonly channel: string; readonly intent: string };
}

/** A step of the ladder that was reached when nobody may be disturbed. */
export interface DeferredStep {
  readonly step: string;
  readonly reachedAt: string;
  readonly until: string;
}

interface AnyClock {
  readonly message: Message;
  readonly terms: SlaTerms;
  /** Counts its changes, from 1. */
  readonly revision: number;
  readonly startedAt: string;
  /** Milliseconds of open time that had passed when the status changed last. */
  readonly spentMs: number;
  /** Shares of the time promised that were passed, so that none is passed twice. */
  readonly passed: readonly number[];
  /** When the promise was broken; null while it is not. */
  readonly breachedAt: string | null;
  readonly deferred: readonly DeferredStep[];
}

export interface RunningClock extends AnyClock {
  readonly status: 'running';
  readonly since: string;
}
export interface PausedClock extends AnyClock {
  readonly status: 'paused';
  readonly since: string;
  /** Null: until somebody says so, or the customer writes. */
  readonly until: string | null;
}
export interface StoppedClock extends AnyClock {
  readonly status: 'stopped';
  readonly since: string;
  /** `ended` is neither kept nor missed. */
  readonly result: 'met' | 'missed' | 'ended';
}

/** One promise of one conversation, as it stands. */
export type Clock = RunningClock | PausedClock | StoppedClock;

export type Change = 'started' | 'restarted' | 'tightened' | 'paused' | 'resumed' | 'stopped';

/** What moved a clock, who, and when. */
export interface Cause {
  readonly because: string;
  readonly by: string;
  readonly at: string;
}

/** What one clock did, with the clock as it stood right after. */
export type Happening =
  | ({
      readonly kind: 'moved';
      readonly clock: Clock;
      readonly change: Change;
      readonly breachWithdrawn: boolean;
    } & Cause)
  | {
      readonly kind: 'at-risk';
      readonly clock: RunningClock;
      readonly share: number;
      readonly reachedAt: string;
      readonly dueAt: string;
    }
  | { readonly kind: 'breached'; readonly clock: RunningClock; readonly dueAt: string }
  | {
      readonly kind: 'step-reached';
      readonly clock: Clock;
      readonly step: SlaTerms['steps'][number];
      readonly reachedAt: string;
    };

/** A clock and what it did on the way there, in order. */
export interface Moved<C extends Clock = Clock> {
  readonly clock: C;
  readonly happened: readonly Happening[];
}

export const unmoved = <C extends Clock>(clock: C): Moved<C> => ({ clock, happened: [] });

/** One thing after another. */
export const andThen = ({ clock, happened }: Moved, next: (clock: Clock) => Moved): Moved => {
  const after = next(clock);
  return { clock: after.clock, happened: [...happened, ...after.happened] };
};

export const isLater = (one: string, other: string): boolean => Date.parse(one) > Date.parse(other);
const later = (one: string, other: string): string => (isLater(one, other) ? one : other);

export const earlier = (one: string, other: string): string => (isLater(one, other) ? other : one);

/** Longer than anybody waits: what is said of a moment that no clock shows must not be reckoned day by day for a minute. */
const CENTURY_MS = 3_155_760_000_000;
const centuryAfter = (at: string): string => new Date(Date.parse(at) + CENTURY_MS).toISOString();

/** Open time that has passed at a moment, of a century at most. */
export const spentAt = (clock: Clock, at: string): number =>
  clock.spentMs +
  (clock.status === 'running'
    ? elapsed(clock.terms.calendar, clock.since, isLater(at, clock.since) ? earlier(at, centuryAfter(clock.since)) : at)
    : 0);

/** When a share of the time promised will have passed; null while the clock stands still. */
const momentOf = (clock: Clock, share: number): string | null =>
  clock.status === 'running'
    ? dueAt(clock.terms.calendar, clock.since, share * clock.terms.budgetMs - clock.spentMs)
    : null;

/** When the promise is due; null while the clock stands still. */
export const dueOf = (clock: Clock): string | null => momentOf(clock, 1);

/** Everything that can be passed, in order: shares from which it is at risk, the whole, and the steps of the ladder. */
const sharesOf = ({ terms }: Clock): readonly number[] =>
  [...new Set([...terms.atRisk, 1, ...terms.steps.map(({ at }) => at)])].sort((a, b) => a - b);

/** The next share that is not passed yet, and when; null when there is none, or while the clock stands still. */
export const nextShare = (clock: Clock): { readonly share: number; readonly at: string } | null => {
  const share = sharesOf(clock).find((one) => !clock.passed.includes(one));
  const at = share === undefined ? null : momentOf(clock, share);
  return share === undefined || at === null ? null : { share, at };
};

/** When something happens to the clock by itself; null when nothing will. */
export const nextMoment = (clock: Clock): string | null => {
  const moments = [
    nextShare(clock)?.at,
    clock.status === 'paused' ? clock.until : null,
    ...clock.deferred.map(({ until }) => until),
  ].filter((at) => at !== null && at !== undefined);
  return moments.reduce<string | null>((first, at) => (first === null || isLater(first, at) ? at : first), null);
};

const changed = <C extends Clock>(
  clock: C,
  change: Change,
  { because, by, at, breachWithdrawn = false }: Cause & { readonly breachWithdrawn?: boolean },
): Moved<C> => {
  const next = { ...clock, revision: clock.revision + 1 };
  return { clock: next, happened: [{ kind: 'moved', clock: next, change, because, by, at, breachWithdrawn }] };
};

/** `revision`: that of the clock it follows; 0 when it is the first. */
export const start = (
  about: Pick<Clock, 'message' | 'terms' | 'revision'>,
  change: Extract<Change, 'started' | 'restarted' | 'tightened'>,
  cause: Cause,
): Moved<RunningClock> =>
  changed(
    {
      ...about,
      status: 'running',
      startedAt: cause.at,
      since: cause.at,
      spentMs: 0,
      passed: [],
      breachedAt: null,
      deferred: [],
    },
    change,
    cause,
  );

export interface Pause {
  readonly reason: string;
  /** Null: as long as the playbook allows for the reason. */
  readonly until: string | null;
}

/** Until when it may stand still at most: what was asked for, within what the playbook allows for the reason. */
const pauseEnd = ({ terms }: Clock, { reason, until }: Pause, since: string): string | null => {
  const maxMs = terms.pauses[reason]?.maxMs ?? null;
  const longest = maxMs === null ? null : dueAt(terms.calendar, since, maxMs);
  if (until === null || longest === null) return until ?? longest;
  return isLater(until, longest) ? longest : until;
};

/** Stands still, if it is a clock that may, for a reason that is one. */
export const pause = (clock: Clock, asked: Pause, { by, at }: Pick<Cause, 'by' | 'at'>): Moved => {
  if (clock.status !== 'running' || !clock.terms.pausable || !Object.hasOwn(clock.terms.pauses, asked.reason))
    return unmoved(clock);
  const since = later(at, clock.since);
  const until = pauseEnd(clock, asked, since);
  if (until !== null && !isLater(until, since)) return unmoved(clock);
  return changed({ ...clock, status: 'paused', spentMs: spentAt(clock, since), since, until }, 'paused', {
    because: asked.reason,
    by,
    at: since,
  });
};

/** Counts on, from now or from the moment it stood still, whichever is later. */
export const resume = (clock: Clock, cause: Cause): Moved => {
  if (clock.status !== 'paused') return unmoved(clock);
  const since = later(cause.at, clock.since);
  const { until: _until, ...paused } = clock;
  return changed({ ...paused, status: 'running', since }, 'resumed', { ...cause, at: since });
};

const resultOf = ({ terms }: Clock, spentMs: number, isKept: boolean): StoppedClock['result'] => {
  if (spentMs > terms.budgetMs) return 'missed';
  return isKept ? 'met' : 'ended';
};

/**
 * Ends the wait. An answer counts from when it was given: one that was in time and is heard of late takes a breach back. What
 * was said before the customer wrote answers nothing.
 */
export const stop = (clock: Clock, isKept: boolean, cause: Cause): Moved => {
  if (clock.status === 'stopped' || isLater(clock.startedAt, cause.at)) return unmoved(clock);
  const { message, terms, revision, startedAt, passed } = clock;
  const spentMs = spentAt(clock, cause.at);
  const result = resultOf(clock, spentMs, isKept);
  const breachWithdrawn = clock.breachedAt !== null && result !== 'missed';
  return changed(
    {
      message,
      terms,
      revision,
      startedAt,
      passed,
      status: 'stopped',
      since: cause.at,
      spentMs,
      result,
      deferred: [],
      breachedAt: breachWithdrawn ? null : clock.breachedAt,
    },
    'stopped',
    { ...cause, breachWithdrawn },
  );
};
