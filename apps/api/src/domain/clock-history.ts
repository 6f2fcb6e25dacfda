import {
  inquiryAssigned,
  inquiryRouted,
  slaAtRisk,
  slaBreached,
  slaClocksMoved,
  slaEscalated,
  type InquiryAssigned,
  type InquiryRouted,
  type SlaAtRisk,
  type SlaBreached,
  type SlaClockMove,
  type SlaClocksMoved,
  type SlaEscalated,
} from '@sluice/contracts';

export interface LoggedEvent {
  readonly topic: string;
  readonly data: unknown;
}

/** One change of one clock, with what its event says of all of them. */
export type ClockMove = SlaClockMove & Omit<SlaClocksMoved, 'moves'>;

/** What the log holds of one inquiry's clocks, each kind in the order of time. */
export interface ClockLog {
  readonly moves: readonly ClockMove[];
  readonly risks: readonly SlaAtRisk[];
  readonly breaches: readonly SlaBreached[];
  readonly steps: readonly SlaEscalated[];
  readonly assignments: readonly InquiryAssigned[];
  readonly routed: readonly Pick<InquiryRouted, 'inquiryId' | 'routedAt'>[];
}

interface Reader<Data> {
  readonly type: string;
  parse(input: unknown): Data;
}

const read = <Data>(
  events: readonly LoggedEvent[],
  { type, parse }: Reader<Data>,
  momentOf: (data: Data) => string,
): readonly Data[] =>
  events
    .filter(({ topic }) => topic === type)
    .map(({ data }) => parse(data))
    .sort((a, b) => Date.parse(momentOf(a)) - Date.parse(momentOf(b)));

/** All that is asked of it: the rest of the event may be deleted already. */
const routing: Reader<Pick<InquiryRouted, 'inquiryId' | 'routedAt'>> = {
  type: inquiryRouted.v1.type,
  parse: (data) => data as InquiryRouted,
};

export const clockLogOf = (events: readonly LoggedEvent[]): ClockLog => ({
  // By revision, not by time: an answer that was heard of late comes after what it takes back.
  moves: read(events, slaClocksMoved.v1, ({ moves }) => moves[0]?.at ?? '')
    .flatMap(({ moves, ...about }) => moves.map((move) => ({ ...about, ...move })))
    .sort((a, b) => a.revision - b.revision),
  risks: read(events, slaAtRisk.v1, ({ reachedAt }) => reachedAt),
  breaches: read(events, slaBreached.v1, ({ dueAt }) => dueAt),
  steps: read(events, slaEscalated.v1, ({ escalatedAt }) => escalatedAt),
  assignments: read(events, inquiryAssigned.v1, ({ assignedAt }) => assignedAt),
  routed: read(events, routing, ({ routedAt }) => routedAt),
});

const STARTS = new Set<SlaClockMove['change']>(['started', 'restarted', 'tightened']);

/** One promise from its start to its end: a clock that was started anew is another. */
export interface Run {
  readonly clock: string;
  readonly moves: readonly [ClockMove, ...ClockMove[]];
  /** The highest share of the time promised that was said to be reached; 0 before the first. */
  readonly reachedShare: number;
}

interface Reached {
  readonly clock: string;
  readonly share: number;
  readonly at: string;
}

const reachedIn = ({ risks, breaches, steps }: ClockLog): readonly Reached[] => [
  ...risks.map(({ clock, share, reachedAt }) => ({ clock, share, at: reachedAt })),
  ...breaches.map(({ clock, dueAt }) => ({ clock, share: 1, at: dueAt })),
  ...steps.map(({ clock, share, reachedAt }) => ({ clock, share, at: reachedAt })),
];

/** The promises of an inquiry, each with its moves. */
export const runsOf = (log: ClockLog): readonly Run[] =>
  [...Map.groupBy(log.moves, ({ clock }) => clock)].flatMap(([clock, of]) => {
    const starts = of.flatMap(({ change }, at) => (STARTS.has(change) ? [at] : []));
    return starts.flatMap((from, n) => {
      const next = starts[n + 1];
      const [first, ...rest] = of.slice(from, next);
      if (!first) return [];
      const until = next === undefined ? Infinity : Date.parse(of[next]?.at ?? '');
      const shares = reachedIn(log)
        .filter(
          (one) => one.clock === clock && Date.parse(one.at) >= Date.parse(first.at) && Date.parse(one.at) < until,
        )
        .map(({ share }) => share);
      return [{ clock, moves: [first, ...rest] as const, reachedShare: Math.max(0, ...shares) }];
    });
  });

/** Minutes of open time that had passed when the log last spoke of it: a clock that runs says so only when it reaches something. */
export const openMinutesOf = ({ moves, reachedShare }: Run): number => {
  const last = moves.at(-1) ?? moves[0];
  const spent = minutesOf(last.spentMs);
  return last.status === 'stopped' ? spent : Math.max(spent, reachedShare * last.minutes);
};

/** A stretch in which the clock counted, or stood still. */
export interface Stretch {
  readonly kind: 'counted' | 'paused';
  readonly from: string;
  /** Null while it goes on. */
  readonly to: string | null;
  /** Minutes by the clock on the wall; null while it goes on. */
  readonly minutes: number | null;
  /** Minutes of open time that were counted. */
  readonly openMinutes: number;
  readonly because: string;
}

const MINUTE_MS = 60_000;
export const minutesBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / MINUTE_MS;
export const minutesOf = (ms: number): number => ms / MINUTE_MS;

/** Where the time went: all of it, in order. */
export const stretchesOf = (run: Run): readonly Stretch[] =>
  run.moves
    .filter(({ status }) => status !== 'stopped')
    .map((turn, at) => {
      const next = run.moves[at + 1];
      const until = next ? minutesOf(next.spentMs) : openMinutesOf(run);
      return {
        kind: turn.status === 'paused' ? 'paused' : 'counted',
        from: turn.at,
        to: next?.at ?? null,
        minutes: next ? minutesBetween(turn.at, next.at) : null,
        openMinutes: turn.status === 'paused' ? 0 : until - minutesOf(turn.spentMs),
        because: turn.because,
      };
    });
