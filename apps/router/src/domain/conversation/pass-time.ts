import { isOpen, nextOpen } from '@sluice/policy';
import {
  andThen,
  dueOf,
  isLater,
  nextMoment,
  nextShare,
  resume,
  unmoved,
  type Clock,
  type Happening,
  type Moved,
  type RunningClock,
} from './clock.ts';

/** Who moves a clock when nobody does. */
const BY_TIME = 'timer';

type Step = Clock['terms']['steps'][number];

/** People are told now, or, when nobody may be disturbed and it is not urgent, once they may. */
const reachStep = (
  clock: Clock,
  step: Step,
  { reachedAt, at }: { readonly reachedAt: string; readonly at: string },
): Moved => {
  const { disturb } = clock.terms;
  if (step.urgent || disturb === null || isOpen(disturb, at))
    return { clock, happened: [{ kind: 'step-reached', clock, step, reachedAt }] };
  const deferred = [...clock.deferred, { step: step.id, reachedAt, until: nextOpen(disturb, at) }];
  return unmoved({ ...clock, deferred });
};

const reachShare = (
  clock: RunningClock,
  { share, reachedAt, at }: { readonly share: number; readonly reachedAt: string; readonly at: string },
): Moved => {
  const passed: RunningClock = {
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
  return clock.terms.steps
    .filter((step) => step.at === share)
    .reduce<Moved>((so, step) => andThen(so, (next) => reachStep(next, step, { reachedAt, at })), {
      clock: passed,
      happened,
    });
};

const tellDeferred = (clock: Clock, until: string, at: string): Moved => {
  const due = clock.deferred.filter((one) => !isLater(one.until, until));
  const rest: Clock = { ...clock, deferred: clock.deferred.filter((one) => isLater(one.until, until)) };
  return due.reduce<Moved>((so, { step: id, reachedAt }) => {
    const step = clock.terms.steps.find((one) => one.id === id);
    return step ? andThen(so, (next) => reachStep(next, step, { reachedAt, at })) : so;
  }, unmoved(rest));
};

/** What happens to the clock at one of its moments, of which it is heard at `at`. */
const passMoment = (clock: Clock, moment: string, at: string): Moved => {
  if (clock.status === 'paused' && clock.until === moment)
    return resume(clock, { because: 'pause-over', by: BY_TIME, at: moment });
  const next = nextShare(clock);
  if (clock.status === 'running' && next && !isLater(next.at, moment))
    return reachShare(clock, { share: next.share, reachedAt: next.at, at });
  return tellDeferred(clock, moment, at);
};

/** Everything that has come due by `at`, in the order it came due, each once: also what nobody heard of in time. */
export const passTime = (clock: Clock, at: string): Moved => {
  let so: Moved = unmoved(clock);
  for (let moment = nextMoment(clock); moment !== null && !isLater(moment, at); moment = nextMoment(so.clock)) {
    const due = moment;
    so = andThen(so, (next) => passMoment(next, due, at));
  }
  return so;
};
