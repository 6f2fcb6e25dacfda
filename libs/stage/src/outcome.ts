import type { DomainEvent } from '@sluice/contracts';

/** What a stage wants done with one event. Data only: nothing has happened yet. */
export type Outcome<Out extends DomainEvent> =
  | { readonly kind: 'emit'; readonly events: readonly Out[] }
  | { readonly kind: 'drop'; readonly reason: string; readonly duplicateOf: string | null }
  | { readonly kind: 'reject'; readonly reason: string; readonly detail: string };

/** An outcome and what to remember from now on, by state key. A key that is left out keeps its value. */
export type Remembering<Out extends DomainEvent, State> = Outcome<Out> & {
  readonly remember: Readonly<Record<string, State>>;
};

export const emit = <const Events extends readonly DomainEvent[]>(...events: Events): Outcome<Events[number]> => ({
  kind: 'emit',
  events,
});

/** Not for us: becomes an `inquiry.dropped.v1` event, counted by reason. `duplicateOf` names the inquiry it repeats. */
export const drop = (reason: string, duplicateOf: string | null = null): Outcome<never> => ({
  kind: 'drop',
  reason,
  duplicateOf,
});

/** Unusable: becomes a dead letter in the same transaction. `detail` never holds message text. */
export const reject = (reason: string, detail: string): Outcome<never> => ({ kind: 'reject', reason, detail });

/** Adds to an outcome what a stage with state must remember. */
export const remembering = <Out extends DomainEvent, State>(
  outcome: Outcome<Out>,
  remember: Readonly<Record<string, State>>,
): Remembering<Out, State> => ({ ...outcome, remember });
