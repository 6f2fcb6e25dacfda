import {
  inquiryAssigned,
  inquiryRouted,
  slaAtRisk,
  slaBreached,
  slaClockMoved,
  slaEscalated,
  type InquiryAssigned,
  type InquiryRouted,
  type SlaAtRisk,
  type SlaBreached,
  type SlaClockMoved,
  type SlaEscalated,
} from '@sluice/contracts';

export interface LoggedEvent {
  readonly topic: string;
  readonly data: unknown;
}

/** What the log holds of one inquiry's clocks, each kind in the order of time. */
export interface ClockLog {
  readonly moves: readonly SlaClockMoved[];
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
  moves: [...read(events, slaClockMoved.v1, ({ at }) => at)].sort((a, b) => a.revision - b.revision),
  risks: read(events, slaAtRisk.v1, ({ reachedAt }) => reachedAt),
  breaches: read(events, slaBreached.v1, ({ dueAt }) => dueAt),
  steps: read(events, slaEscalated.v1, ({ escalatedAt }) => escalatedAt),
  assignments: read(events, inquiryAssigned.v1, ({ assignedAt }) => assignedAt),
  routed: read(events, routing, ({ routedAt }) => routedAt),
});

const STARTS = new Set<SlaClockMoved['change']>(['started', 'restarted', 'tightened']);

/** One promise from its start to its end: a clock that was started anew is another. */
export interface Run {
  readonly clock: string;
  readonly moves: readonly [SlaClockMoved, ...SlaClockMoved[]];
}

/** The promises of an inquiry, each with its moves. */
export const runsOf = ({ moves }: ClockLog): readonly Run[] =>
  [...Map.groupBy(moves, ({ clock }) => clock)].flatMap(([clock, of]) => {
    const starts = of.flatMap(({ change }, at) => (STARTS.has(change) ? [at] : []));
    return starts.flatMap((from, n) => {
      const [first, ...rest] = of.slice(from, starts[n + 1]);
      return first ? [{ clock, moves: [first, ...rest] as const }] : [];
    });
  });

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
export const stretchesOf = ({ moves }: Run): readonly Stretch[] => {
  const turns = moves.filter(({ change }) => change !== 'advanced');
  return turns
    .filter(({ status }) => status !== 'stopped')
    .map((turn, at) => {
      const next = turns[at + 1];
      const latest = moves.at(-1) ?? turn;
      return {
        kind: turn.status === 'paused' ? 'paused' : 'counted',
        from: turn.at,
        to: next?.at ?? null,
        minutes: next ? minutesBetween(turn.at, next.at) : null,
        openMinutes: turn.status === 'paused' ? 0 : minutesOf((next ?? latest).spentMs - turn.spentMs),
        because: turn.because,
      };
    });
};
