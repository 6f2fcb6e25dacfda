import { dueAt, type SlaTerms } from '@sluice/policy';
import type { Cause, Change, ClockState, Moved } from './clock-state.ts';
import { moved } from './clock-state.ts';
import { isLater, later, spentAt } from './clock-time.ts';

const still = (clock: ClockState): Moved => ({ clock, happened: [] });

export interface Start {
  readonly terms: SlaTerms;
  readonly inquiryId: string;
  readonly queue: string;
  readonly priority: string;
  readonly scope?: ClockState['scope'];
  /** The revision of the clock it follows; 0 when it is the first. */
  readonly revision: number;
  readonly change: Extract<Change, 'started' | 'restarted' | 'tightened'>;
}

export const start = ({ change, ...about }: Start, cause: Cause): Moved =>
  moved(
    {
      ...about,
      status: 'running',
      startedAt: cause.at,
      runningSince: cause.at,
      spentMs: 0,
      pause: null,
      stoppedAt: null,
      result: null,
      passed: [],
      breachedAt: null,
      waiting: [],
    },
    change,
    cause,
  );

/** Until when it may stand still at most: what was asked for, within what the playbook allows for the reason. */
const pauseEnd = ({ terms }: ClockState, { reason, until, at }: Pause): string | null => {
  const maxMs = terms.pauses[reason]?.maxMs ?? null;
  const longest = maxMs === null ? null : dueAt(terms.calendar, at, maxMs);
  if (until === null || longest === null) return until ?? longest;
  return isLater(until, longest) ? longest : until;
};

interface Pause {
  readonly reason: string;
  readonly until: string | null;
  readonly at: string;
}

/** Stands still, if it is a clock that may, for a reason that is one. */
export const halt = (clock: ClockState, { reason, until }: Omit<Pause, 'at'>, cause: Cause): Moved => {
  const { terms, runningSince } = clock;
  if (clock.status !== 'running' || runningSince === null || !terms.pausable || !terms.pauses[reason])
    return still(clock);
  const since = later(cause.at, runningSince);
  const pause = { reason, since, until: pauseEnd(clock, { reason, until, at: since }) };
  if (pause.until !== null && !isLater(pause.until, since)) return still(clock);
  return moved({ ...clock, status: 'paused', spentMs: spentAt(clock, since), runningSince: null, pause }, 'paused', {
    ...cause,
    because: reason,
    at: since,
  });
};

type Result = NonNullable<ClockState['result']>;

const resultOf = ({ terms }: ClockState, spentMs: number, isKept: boolean): Result => {
  if (spentMs > terms.budgetMs) return 'missed';
  return isKept ? 'met' : 'ended';
};

/**
 * Ends the wait. An answer counts from when it was given: one that was in time and is heard of late takes a breach back. What
 * was said before the customer wrote answers nothing.
 */
export const stop = (clock: ClockState, isKept: boolean, cause: Cause): Moved => {
  if (clock.status === 'stopped' || isLater(clock.startedAt, cause.at)) return still(clock);
  const spentMs = spentAt(clock, cause.at);
  const result = resultOf(clock, spentMs, isKept);
  const breachWithdrawn = clock.breachedAt !== null && result !== 'missed';
  return moved(
    {
      ...clock,
      status: 'stopped',
      stoppedAt: cause.at,
      spentMs,
      runningSince: null,
      pause: null,
      waiting: [],
      result,
      breachedAt: breachWithdrawn ? null : clock.breachedAt,
    },
    'stopped',
    { ...cause, breachWithdrawn },
  );
};
