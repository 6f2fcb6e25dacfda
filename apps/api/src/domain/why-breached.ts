import type { InquiryAssigned } from '@sluice/contracts';
import {
  clockLogOf,
  minutesBetween,
  minutesOf,
  openMinutesOf,
  runsOf,
  stretchesOf,
  type ClockLog,
  type LoggedEvent,
  type Run,
  type Stretch,
} from './clock-history.ts';

/** What became of somebody's being told: the state of an effect. */
export interface ToldEffect {
  readonly effectId: string;
  readonly state: string;
}

/** One reason, by a name that can be counted, and in words. */
export interface Cause {
  readonly cause:
    | 'nobody-owned-it'
    | 'owned-late'
    | 'never-answered'
    | 'answered-late'
    | 'came-late'
    | 'told-later'
    | 'not-told'
    | 'heard-late'
    | 'withdrawn';
  readonly text: string;
}

export interface ClockStory {
  readonly clock: string;
  readonly queue: string;
  readonly calendar: string;
  readonly promisedMinutes: number;
  readonly startedAt: string;
  readonly startedBecause: string;
  /** As it was promised at the start; pauses moved it. */
  readonly firstDueAt: string | null;
  readonly status: string;
  readonly result: string | null;
  /** When it was broken; null where it was not, or where that was taken back. */
  readonly breachedAt: string | null;
  readonly openMinutes: number;
  readonly overdueMinutes: number;
  /** Minutes that did not count: the calendar was closed. */
  readonly closedMinutes: number;
  readonly pausedMinutes: number;
  readonly stretches: readonly Stretch[];
  readonly steps: readonly {
    readonly step: string;
    readonly share: number;
    readonly reachedAt: string;
    readonly escalatedAt: string;
    readonly told: readonly { readonly kind: string; readonly target: string; readonly effectId: string }[];
  }[];
  /** Why it was broken; empty where it was not. */
  readonly why: readonly Cause[];
}

const rounded = (minutes: number): number => Math.round(minutes * 10) / 10;
const words = (minutes: number): string => `${rounded(minutes)} minutes`;

interface Breach {
  readonly run: Run;
  readonly dueAt: string;
  readonly log: ClockLog;
  readonly effects: readonly ToldEffect[];
}

const ownership = ({ run, dueAt, log }: Breach): readonly Cause[] => {
  const owned = log.assignments.find((one): one is InquiryAssigned & { owner: string } => one.owner !== null);
  const claimed = run.moves.some(({ owner }) => owner !== null);
  if (!owned) return claimed ? [] : [{ cause: 'nobody-owned-it', text: 'Nobody was given it.' }];
  if (Date.parse(owned.assignedAt) > Date.parse(dueAt))
    return [
      {
        cause: 'nobody-owned-it',
        text: `Nobody had it when it was due; ${owned.owner} was given it at ${owned.assignedAt}.`,
      },
    ];
  const risk = log.risks.find(({ clock }) => clock === run.clock);
  return risk && Date.parse(owned.assignedAt) > Date.parse(risk.reachedAt)
    ? [
        {
          cause: 'owned-late',
          text: `${owned.owner} was given it at ${owned.assignedAt}, when it was at risk already (${risk.reachedAt}).`,
        },
      ]
    : [];
};

const ending = ({ run }: Breach): Cause => {
  const last = run.moves.at(-1) ?? run.moves[0];
  const over = words(minutesOf(last.spentMs) - last.minutes);
  return last.status === 'stopped'
    ? {
        cause: 'answered-late',
        text: `It was ${last.because} by ${last.by} at ${last.at}, ${over} of open time too late.`,
      }
    : { cause: 'never-answered', text: 'Nothing that keeps the promise has happened so far.' };
};

const telling = ({ run, log, effects }: Breach): readonly Cause[] => {
  const steps = log.steps.filter(({ clock }) => clock === run.clock);
  const later = steps.filter(({ reachedAt, escalatedAt }) => minutesBetween(reachedAt, escalatedAt) >= 1);
  const failed = steps.flatMap(({ step, told }) =>
    told.flatMap(({ target, effectId }) => {
      const effect = effects.find((one) => one.effectId === effectId);
      return effect && ['refuted', 'unknown', 'skipped'].includes(effect.state)
        ? [{ cause: 'not-told', text: `Step ${step} did not reach ${target}: ${effect.state}.` } as const]
        : [];
    }),
  );
  return [
    ...later.map(({ step, reachedAt, escalatedAt }): Cause => ({
      cause: 'told-later',
      text: `Step ${step} was reached at ${reachedAt}, and people were told at ${escalatedAt}: nobody was to be disturbed, or the clocks were late.`,
    })),
    ...failed,
  ];
};

const arriving = ({ run, dueAt, log }: Breach): readonly Cause[] => {
  const [first] = run.moves;
  const routedAt = log.routed.find(({ inquiryId }) => inquiryId === first.inquiryId)?.routedAt;
  const breach = log.breaches.find(({ clock, startedAt }) => clock === run.clock && startedAt === first.at);
  return [
    ...(routedAt && Date.parse(routedAt) > Date.parse(dueAt)
      ? [{ cause: 'came-late', text: `It was due before it was routed, at ${routedAt}.` } as const]
      : []),
    ...(breach && minutesBetween(breach.dueAt, breach.noticedAt) >= 1
      ? [{ cause: 'heard-late', text: `It was due at ${breach.dueAt}, and noticed at ${breach.noticedAt}.` } as const]
      : []),
  ];
};

const causesOf = (breach: Breach): readonly Cause[] => [
  ...ownership(breach),
  ...arriving(breach),
  ...telling(breach),
  ending(breach),
];

const sum = (stretches: readonly Stretch[], kind: Stretch['kind']): number =>
  stretches.reduce((total, one) => total + (one.kind === kind ? (one.minutes ?? 0) : 0), 0);

const storyOf = (run: Run, log: ClockLog, effects: readonly ToldEffect[]): ClockStory => {
  const [first] = run.moves;
  const last = run.moves.at(-1) ?? first;
  const breach = log.breaches.find(({ clock, startedAt }) => clock === run.clock && startedAt === first.at);
  const isBroken = breach !== undefined && !last.breachWithdrawn;
  const stretches = stretchesOf(run);
  const openMinutes = openMinutesOf(run);
  return {
    clock: run.clock,
    queue: last.queue,
    calendar: first.calendar,
    promisedMinutes: first.minutes,
    startedAt: first.at,
    startedBecause: first.because,
    firstDueAt: first.dueAt,
    status: last.status,
    result: last.result,
    breachedAt: isBroken ? breach.dueAt : null,
    openMinutes: rounded(openMinutes),
    overdueMinutes: rounded(Math.max(0, openMinutes - first.minutes)),
    closedMinutes: rounded(
      Math.max(
        0,
        sum(stretches, 'counted') -
          stretches.filter(({ to }) => to !== null).reduce((total, one) => total + one.openMinutes, 0),
      ),
    ),
    pausedMinutes: rounded(sum(stretches, 'paused')),
    stretches,
    steps: log.steps
      .filter(({ clock }) => clock === run.clock)
      .map(({ step, share, reachedAt, escalatedAt, told }) => ({ step, share, reachedAt, escalatedAt, told })),
    why: isBroken
      ? causesOf({ run, dueAt: breach.dueAt, log, effects })
      : breach
        ? [
            {
              cause: 'withdrawn',
              text: `A breach was announced and taken back: the answer of ${last.at} was in time and heard of late.`,
            },
          ]
        : [],
  };
};

/** What became of every promise of an inquiry, where the time went, and why what was broken was broken: from the log alone. */
export const storiesOf = (events: readonly LoggedEvent[], effects: readonly ToldEffect[]): readonly ClockStory[] => {
  const log = clockLogOf(events);
  return runsOf(log).map((run) => storyOf(run, log, effects));
};
