import { isOpen, nextOpen } from '@sluice/policy';
import type { ClockState, Happening, Moved } from './clock-state.ts';
import { andThen, moved } from './clock-state.ts';
import { dueOf, isLater, later, nextShare, wakeOf } from './clock-time.ts';

export const TIMER = 'timer';

type Step = ClockState['terms']['steps'][number];

/** People are told now, or, when nobody may be disturbed and it is not urgent, once they may. */
const take = (
  clock: ClockState,
  step: Step,
  { reachedAt, at }: { readonly reachedAt: string; readonly at: string },
): Moved => {
  const { disturb } = clock.terms;
  if (step.urgent || disturb === null || isOpen(disturb, at))
    return { clock, happened: [{ kind: 'escalated', clock, step, reachedAt }] };
  const waiting = [...clock.waiting, { step: step.id, reachedAt, until: nextOpen(disturb, at) }];
  return { clock: { ...clock, waiting }, happened: [] };
};

const reach = (
  clock: ClockState,
  { share, reachedAt, at }: { readonly share: number; readonly reachedAt: string; readonly at: string },
): Moved => {
  const passed: ClockState = {
    ...clock,
    passed: [...clock.passed, share],
    breachedAt: share === 1 ? reachedAt : clock.breachedAt,
  };
  const happened: readonly Happening[] = [
    ...(share < 1 && clock.terms.atRisk.includes(share)
      ? [{ kind: 'at-risk', clock: passed, share, reachedAt, dueAt: dueOf(clock) ?? reachedAt } as const]
      : []),
    ...(share === 1 ? [{ kind: 'breached', clock: passed, dueAt: reachedAt } as const] : []),
  ];
  const steps = clock.terms.steps.filter((step) => step.at === share);
  return steps.reduce<Moved>((so, step) => andThen(so, (next) => take(next, step, { reachedAt, at })), {
    clock: passed,
    happened,
  });
};

const tellWaiting = (clock: ClockState, until: string, at: string): Moved => {
  const due = clock.waiting.filter((one) => !isLater(one.until, until));
  const rest: ClockState = { ...clock, waiting: clock.waiting.filter((one) => isLater(one.until, until)) };
  return due.reduce<Moved>(
    (so, { step: id, reachedAt }) => {
      const step = clock.terms.steps.find((one) => one.id === id);
      return step ? andThen(so, (next) => take(next, step, { reachedAt, at })) : so;
    },
    { clock: rest, happened: [] },
  );
};

/** Counts on, from now or from the moment it stood still, whichever is later. */
export const goOn = (
  clock: ClockState,
  cause: { readonly because: string; readonly by: string; readonly at: string },
): Moved => {
  const since = later(cause.at, clock.pause?.since ?? cause.at);
  return moved({ ...clock, status: 'running', runningSince: since, pause: null }, 'resumed', { ...cause, at: since });
};

/** What happens to the clock at one moment it wanted to be woken at. */
const wake = (clock: ClockState, moment: string, at: string): Moved => {
  if (clock.pause?.until === moment) return goOn(clock, { because: 'pause-over', by: TIMER, at: moment });
  const next = nextShare(clock);
  if (next && !isLater(next.at, moment)) return reach(clock, { share: next.share, reachedAt: next.at, at });
  return tellWaiting(clock, moment, at);
};

/** Everything that has come due by `at`, in the order it came due, each once: also what nobody woke the clock for. */
export const passTime = (clock: ClockState, at: string): Moved => {
  let so: Moved = { clock, happened: [] };
  for (let moment = wakeOf(clock); moment !== null && !isLater(moment, at); moment = wakeOf(so.clock)) {
    const due = moment;
    so = andThen(so, (next) => wake(next, due, at));
  }
  return so;
};
