import fc from 'fast-check';
import type { Owner } from '@sluice/policy';
import type { Given, PoolUpdate } from '../domain/pool/pool-update.ts';
import { aPool, anInquiry, PoolBench } from './a-pool.ts';

/** What may happen to a pool. Owners are named by a number, taken round the list. */
export type PoolEvent =
  | { readonly do: 'request'; readonly skill?: string }
  | { readonly do: 'leave' | 'return'; readonly who: number }
  /** Whoever was given the last one leaves: the worst that can befall those who stay and had none yet. */
  | { readonly do: 'last-leaves' }
  | { readonly do: 'release'; readonly nth: number }
  | { readonly do: 'skip' | 'credit'; readonly who: number; readonly turns: number }
  | { readonly do: 'limit'; readonly who: number; readonly capacity: number | null }
  | { readonly do: 'add'; readonly weight: number };

const MOST_OWNERS = 8;
const who = fc.nat({ max: MOST_OWNERS });

export const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

export const poolEvent: fc.Arbitrary<PoolEvent> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom<PoolEvent>({ do: 'request' }, { do: 'request' }, { do: 'request', skill: 'german' }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'return' as const), who }) },
  { weight: 6, arbitrary: fc.constant<PoolEvent>({ do: 'last-leaves' }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), nth: fc.nat({ max: 200 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('skip' as const, 'credit' as const),
      who,
      turns: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      who,
      capacity: fc.option(fc.integer({ min: 1, max: 6 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('add' as const), weight: fc.integer({ min: 1, max: 9 }) }) },
);

/** What an owner should have had and had, counted from what is said and not from what is remembered. */
export interface Tally {
  entitled: number;
  received: number;
  /** Turns that were had without an inquiry (skipped), less inquiries that were no turn (credited, for somebody else). */
  beside: number;
  forgiven: number;
}

const every = (at: number): readonly string[] => (at % 2 === 0 ? ['german'] : []);

/** A pool on its own, through which everything is counted. */
export class RotationRun {
  readonly bench: PoolBench;
  readonly tallies = new Map<string, Tally>();
  #ids = 0;
  #last: string | null = null;

  constructor(of: readonly number[]) {
    this.bench = new PoolBench(aPool(of.map((weight, at) => ({ key: `o${at}`, weight, skills: [...every(at)] }))));
  }

  tallyOf(key: string): Tally {
    const tally = this.tallies.get(key) ?? { entitled: 0, received: 0, beside: 0, forgiven: 0 };
    this.tallies.set(key, tally);
    return tally;
  }

  apply(event: PoolEvent): void {
    switch (event.do) {
      case 'request':
        return this.#count(
          this.bench.request(
            anInquiry(`i${(this.#ids += 1)}`, {
              needs: { skills: event.skill ? [event.skill] : [], territory: null, language: null },
            }),
          ),
        );
      case 'release':
        return this.#release(event.nth);
      case 'last-leaves':
        return this.#last === null
          ? undefined
          : this.#count(this.bench.obey({ do: 'leave', owner: this.#last, until: null }));
      case 'add':
        return this.#add(this.bench.roster.owners, event.weight);
      default:
        return this.#count(this.bench.obey(this.#commandOf(event)));
    }
  }

  #commandOf(
    event: Exclude<PoolEvent, { do: 'request' | 'release' | 'add' | 'last-leaves' }>,
  ): Parameters<PoolBench['obey']>[0] {
    const { owners } = this.bench.roster;
    const owner = owners[event.who % owners.length]?.key ?? '';
    switch (event.do) {
      case 'leave':
        return { do: 'leave', owner, until: null };
      case 'return':
        return { do: 'return', owner };
      case 'limit':
        return { do: 'limit', owner, capacity: event.capacity };
      case 'skip':
      case 'credit':
        return { do: event.do, owner, turns: event.turns };
    }
  }

  #release(nth: number): void {
    const owned = [...this.bench.inquiries.values()].filter(({ status }) => status === 'owned');
    const chosen = owned[nth % Math.max(1, owned.length)];
    if (chosen) this.#count(this.bench.obey({ do: 'release', inquiryId: chosen.inquiryId as never }));
  }

  #add(owners: readonly Owner[], weight: number): void {
    if (owners.length < MOST_OWNERS)
      this.bench.staff(aPool([...owners, { key: `o${owners.length}`, weight, skills: [...every(owners.length)] }]));
  }

  /** An inquiry is shared by those who could have it, by weight. */
  #share(among: readonly string[]): void {
    const weightOf = (key: string): number => this.bench.roster.owners.find((one) => one.key === key)?.weight ?? 0;
    const total = among.reduce((sum, key) => sum + weightOf(key), 0);
    for (const key of among) this.tallyOf(key).entitled += weightOf(key) / total;
  }

  #count(update: PoolUpdate): void {
    for (const change of update.changes) this.#countChange(change);
    for (const given of update.given) this.#countGiven(given);
  }

  #countChange({ change, owner, turns }: PoolUpdate['changes'][number]): void {
    const tally = this.tallyOf(owner ?? '');
    if (change === 'skip-used') tally.beside += turns;
    if (change === 'credit-used' || change === 'stood-in') tally.beside -= turns;
    if (change === 'forgiven') tally.forgiven += turns;
  }

  #countGiven({ considered, inquiry: { owner }, heldSince }: Given): void {
    if (owner === null) return;
    if (heldSince === null) this.#last = owner;
    // A credited turn is nobody's share.
    if (considered.some(({ share }) => share !== undefined))
      this.#share(considered.filter(({ excludedBecause }) => excludedBecause === null).map((one) => one.owner));
    this.tallyOf(owner).received += 1;
  }

  /** How far each is from what they should have had. */
  deviations(): readonly number[] {
    return [...this.tallies.values()].map(
      ({ entitled, received, beside, forgiven }) => entitled - received - beside - forgiven,
    );
  }

  forgiven(): number {
    return [...this.tallies.values()].reduce((sum, { forgiven }) => sum + Math.abs(forgiven), 0);
  }
}
