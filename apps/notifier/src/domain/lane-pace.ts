/** What a lane may ask of its destination. */
export interface LaneTerms {
  /** Calls under way at a time, per process. */
  readonly concurrency: number;
  readonly perSecond: number;
  /** Calls that may be saved up while the lane is idle. */
  readonly burst: number;
  /** Failures in a row after which the destination is left alone for `restMs`; then one call tries whether it is well. */
  readonly breaker: { readonly failures: number; readonly restMs: number };
}

/** Times are milliseconds of one clock. */
export interface Pace {
  readonly tokens: number;
  readonly refilledAt: number;
  readonly failures: number;
  readonly restsUntil: number;
}

/** What a call told about its destination: one that is `unwell` may have said how long it wants to be left alone. */
export type DestinationReport =
  { readonly kind: 'well' } | { readonly kind: 'unwell'; readonly afterMs: number | null };

const MS_PER_SECOND = 1_000;

export const freshPace = ({ burst }: LaneTerms, now: number): Pace => ({
  tokens: burst,
  refilledAt: now,
  failures: 0,
  restsUntil: 0,
});

const refilled = (pace: Pace, { perSecond, burst }: LaneTerms, now: number): Pace => ({
  ...pace,
  tokens: Math.min(burst, pace.tokens + ((now - pace.refilledAt) * perSecond) / MS_PER_SECOND),
  refilledAt: now,
});

export interface Allowance {
  /** Calls that may begin now. */
  readonly count: number;
  /** When to look again although no call has ended; null when only the end of a call can change anything. */
  readonly againAt: number | null;
}

/** How many calls may begin now. */
export const allowance = (
  pace: Pace,
  terms: LaneTerms,
  { now, running }: { readonly now: number; readonly running: number },
): Allowance => {
  if (now < pace.restsUntil) return { count: 0, againAt: pace.restsUntil };
  const isOnTrial = pace.failures >= terms.breaker.failures;
  const free = (isOnTrial ? 1 : terms.concurrency) - running;
  if (free <= 0) return { count: 0, againAt: null };
  const { tokens } = refilled(pace, terms, now);
  const count = Math.min(free, Math.floor(tokens));
  return {
    count,
    againAt:
      count === free ? null : now + Math.ceil(((1 - (tokens - Math.floor(tokens))) * MS_PER_SECOND) / terms.perSecond),
  };
};

export const begun = (
  pace: Pace,
  terms: LaneTerms,
  { now, calls }: { readonly now: number; readonly calls: number },
): Pace => {
  const at = refilled(pace, terms, now);
  return { ...at, tokens: at.tokens - calls };
};

/** What a call that ended means for those after it. A destination that says how long it wants peace gets it at once. */
export const ended = (
  pace: Pace,
  { breaker }: LaneTerms,
  { now, report }: { readonly now: number; readonly report: DestinationReport },
): Pace => {
  if (report.kind === 'well') return { ...pace, failures: 0 };
  if (report.afterMs !== null) return { ...pace, restsUntil: Math.max(pace.restsUntil, now + report.afterMs) };
  const failures = pace.failures + 1;
  return {
    ...pace,
    failures,
    restsUntil: failures >= breaker.failures ? Math.max(pace.restsUntil, now + breaker.restMs) : pace.restsUntil,
  };
};
