import { dueAt, elapsed } from '@sluice/policy';
import type { ClockState } from './clock-state.ts';

export const isLater = (one: string, other: string): boolean => Date.parse(one) > Date.parse(other);
export const later = (one: string, other: string): string => (isLater(one, other) ? one : other);

/** Everything that can be passed, in order: shares from which it is at risk, the whole, and the steps of the ladder. */
const sharesOf = ({ terms }: ClockState): readonly number[] =>
  [...new Set([...terms.atRisk, 1, ...terms.steps.map(({ at }) => at)])].sort((a, b) => a - b);

/** When a share of the time promised will have passed; null while the clock stands still. */
export const momentOf = ({ terms, runningSince, spentMs }: ClockState, share: number): string | null =>
  runningSince === null ? null : dueAt(terms.calendar, runningSince, share * terms.budgetMs - spentMs);

export const dueOf = (clock: ClockState): string | null => momentOf(clock, 1);

/** Open time that has passed at a moment. */
export const spentAt = ({ terms, runningSince, spentMs }: ClockState, at: string): number =>
  spentMs + (runningSince === null ? 0 : elapsed(terms.calendar, runningSince, at));

/** The next share that is not passed yet, and when. */
export const nextShare = (clock: ClockState): { readonly share: number; readonly at: string } | null => {
  const share = sharesOf(clock).find((one) => !clock.passed.includes(one));
  const at = share === undefined ? null : momentOf(clock, share);
  return share === undefined || at === null ? null : { share, at };
};

/** When something happens to the clock by itself; null when nothing will. */
export const wakeOf = (clock: ClockState): string | null => {
  const moments = [nextShare(clock)?.at, clock.pause?.until, ...clock.waiting.map(({ until }) => until)].filter(
    (at) => at !== null && at !== undefined,
  );
  return moments.reduce<string | null>((first, at) => (first === null || isLater(first, at) ? at : first), null);
};
