import type { SlaSignalled } from '@sluice/contracts';
import { dueAt, slaSignals, type SlaTerms } from '@sluice/policy';
import type { Cause, ClockState, ConversationClocks, Happening, Moved } from './clock-state.ts';
import { andThen, moved } from './clock-state.ts';
import { dueOf, isLater } from './clock-time.ts';
import { halt, start, stop, type Start } from './move-clock.ts';
import { goOn, passTime, TIMER } from './pass-time.ts';

/** A signal, and what the route of a customer's message promises. */
export interface Heard {
  readonly signalled: SlaSignalled;
  /** Empty for every other signal. */
  readonly terms: readonly SlaTerms[];
}

export interface Folded {
  readonly state: ConversationClocks;
  readonly happened: readonly Happening[];
}

const still = (clock: ClockState): Moved => ({ clock, happened: [] });

const causeOf = ({ signal, by, at }: SlaSignalled): Cause => ({ because: signal.kind, by, at });

/** Why a customer's message starts this clock; null when it goes on as it is. */
const startOf = (clock: ClockState | undefined, terms: SlaTerms, at: string): Start['change'] | null => {
  if (!clock) return 'started';
  if (clock.status === 'stopped')
    return terms.restarts && clock.stoppedAt !== null && isLater(at, clock.stoppedAt) ? 'restarted' : null;
  const due = dueOf(clock);
  // A customer who asks again is not to wait longer for it, but one who is worse off now may wait less.
  return due !== null && isLater(due, dueAt(terms.calendar, at, terms.budgetMs)) ? 'tightened' : null;
};

/** What a customer's message says of every clock that it starts. */
const aboutOf = (
  { inquiryId }: SlaSignalled,
  { queue, priority, scope }: Extract<SlaSignalled['signal'], { kind: 'customer-wrote' }>,
) => ({ inquiryId, queue, priority, ...(scope ? { scope } : {}) });

const onMessage = (clock: ClockState, { signalled, terms }: Heard): Moved => {
  const answered = clock.status === 'paused' ? goOn(clock, causeOf(signalled)) : still(clock);
  const promised = terms.find((one) => one.clock === clock.terms.clock);
  if (!promised || signalled.signal.kind !== 'customer-wrote') return answered;
  const about = aboutOf(signalled, signalled.signal);
  const change = startOf(answered.clock, promised, signalled.at);
  if (change === null) return answered;
  return andThen(answered, ({ revision }) =>
    start({ ...about, terms: promised, revision, change }, causeOf(signalled)),
  );
};

const isStop = (kind: string): kind is (typeof slaSignals)[number] => slaSignals.some((one) => one === kind);

const onSignal = (clock: ClockState, heard: Heard): Moved => {
  const { signal, by, at } = heard.signalled;
  if (signal.kind === 'customer-wrote') return onMessage(clock, heard);
  if (signal.kind === 'paused') return halt(clock, signal, { because: signal.reason, by, at });
  if (signal.kind === 'resumed')
    return clock.status === 'paused' ? goOn(clock, causeOf(heard.signalled)) : still(clock);
  if (!isStop(signal.kind)) return still(clock);
  const isKept = clock.terms.stops.includes(signal.kind);
  return isKept || signal.kind === 'closed' ? stop(clock, isKept, causeOf(heard.signalled)) : still(clock);
};

/** By name: a store may give a conversation's clocks back in another order than it was given them, and a replay must not notice. */
const inOrder = (clocks: readonly ClockState[]): readonly ClockState[] =>
  [...clocks].sort((a, b) => (a.terms.clock < b.terms.clock ? -1 : 1));

/** Whatever happened to a clock without a change of its own changes when it wants to be woken. */
const noted = (so: Moved): Moved => {
  const last = so.happened.at(-1);
  const at = last && 'reachedAt' in last ? last.reachedAt : null;
  return last && last.kind !== 'moved'
    ? andThen(so, (clock) =>
        moved(clock, 'advanced', { because: last.kind, by: TIMER, at: at ?? clock.breachedAt ?? clock.startedAt }),
      )
    : so;
};

const changed = (before: ClockState, so: Moved, at: string): Moved =>
  // A step that was put off until people wake says nothing, and still wants another moment.
  so.happened.length === 0 && so.clock !== before
    ? moved(so.clock, 'advanced', { because: 'put-off', by: TIMER, at })
    : noted(so);

/** An answer at the very moment something is due is in time. */
const untilOf = ({ signal, at }: SlaSignalled): string =>
  isStop(signal.kind) ? new Date(Date.parse(at) - 1).toISOString() : at;

const ownerAfter = (owner: string | null, { signal }: SlaSignalled): string | null =>
  signal.kind === 'assigned' || signal.kind === 'claimed' ? signal.owner : owner;

/**
 * A conversation's clocks after one signal, and what they did, in order. Time passes first, so that what came due before the
 * signal is not forgotten, whether a timer has said so or not. Hearing the same twice changes nothing the second time.
 */
export const foldSignal = (state: ConversationClocks, heard: Heard): Folded => {
  const { signalled, terms } = heard;
  const owner = ownerAfter(state.owner, signalled);
  const known = inOrder(Object.values(state.clocks)).map((clock) =>
    changed(
      clock,
      andThen(passTime(clock, untilOf(signalled)), (next) => onSignal(next, heard)),
      signalled.at,
    ),
  );
  const { signal } = signalled;
  const fresh =
    signal.kind !== 'customer-wrote'
      ? []
      : terms
          .filter(({ clock }) => !state.clocks[clock])
          .map((one) =>
            start({ ...aboutOf(signalled, signal), terms: one, revision: 0, change: 'started' }, causeOf(signalled)),
          );
  const all = [...known, ...fresh];
  return {
    state: { owner, clocks: Object.fromEntries(all.map(({ clock }) => [clock.terms.clock, clock])) },
    happened: all.flatMap(({ happened }) => happened),
  };
};
