import type { Owner, Pool } from '@sluice/policy';
import type { InquiryState, OwnerState } from './pool-state.ts';

type Preference = Pool['prefer'][number];

/** How well an owner suits an inquiry: the more the better, in the measure's own unit. */
type Measure = (owner: Owner, state: OwnerState, inquiry: InquiryState) => number;

const measures: Readonly<Record<Preference['by'], Measure>> = {
  expertise: ({ expertise }, _state, { topics }) => expertise.filter((known) => topics.includes(known)).length,
  load: ({ weight }, { open }) => -open / weight,
  performance: ({ performance }, _state, { category }) => performance[category] ?? performance['*'] ?? 0,
  geography: ({ territories, languages }, _state, { needs }) =>
    Number(needs.territory !== null && territories.includes(needs.territory)) +
    Number(needs.language !== null && languages.includes(needs.language)),
};

const SHOWN_DIGITS = 3;
const shown = (value: number): string => String(Math.abs(Number(value.toFixed(SHOWN_DIGITS))));

export interface Preferring {
  readonly inquiry: InquiryState;
  readonly stateOf: (owner: Owner) => OwnerState;
}

export interface Narrowed {
  readonly owners: readonly Owner[];
  /** Why each of the others goes after them. */
  readonly passed: ReadonlyMap<string, string>;
}

const narrowBy = ({ by, within }: Preference, owners: readonly Owner[], { inquiry, stateOf }: Preferring): Narrowed => {
  const measured = owners.map((owner) => ({ owner, value: measures[by](owner, stateOf(owner), inquiry) }));
  const best = Math.max(...measured.map(({ value }) => value));
  const isEqual = ({ value }: { readonly value: number }): boolean => value >= best - within;
  return {
    owners: measured.filter(isEqual).map(({ owner }) => owner),
    passed: new Map(
      measured
        .filter((one) => !isEqual(one))
        .map(({ owner, value }) => [owner.key, `${by} ${shown(value)}, the best has ${shown(best)}`]),
    ),
  };
};

/** Those who suit best, by one preference of the pool after the other. */
export const narrow = (
  preferences: readonly Preference[],
  owners: readonly Owner[],
  preferring: Preferring,
): Narrowed =>
  preferences.reduce<Narrowed>(
    (so, preference) => {
      if (so.owners.length < 2) return so;
      const next = narrowBy(preference, so.owners, preferring);
      return { owners: next.owners, passed: new Map([...so.passed, ...next.passed]) };
    },
    { owners, passed: new Map() },
  );
