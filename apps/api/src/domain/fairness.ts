import type { InquiryAssigned, PoolChanged } from '@sluice/contracts';

/** What one owner of a pool should have had of its inquiries and had, in turns, with every reason for a difference. */
export interface OwnerStatement {
  readonly owner: string;
  readonly weight: number;
  /** By weight alone, had everybody been there for every inquiry. */
  readonly byWeight: number;
  /** By weight among those who could have each inquiry: `byWeight` and what `gained` and `lost` say. */
  readonly entitled: number;
  /** Since others could not have it. */
  readonly gained: number;
  /** Since this one could not, or others went before: how often, and the share that went with it. */
  readonly lost: readonly { readonly because: string; readonly times: number; readonly share: number }[];
  readonly received: number;
  /** How what was received came about: rotation, claim, repeat-customer, … */
  readonly by: Readonly<Record<string, number>>;
  /** Received, and no turn: credited by hand, taken or defaulted outside the order, or had in somebody's place. */
  readonly credited: number;
  readonly besideOrder: number;
  readonly stoodIn: number;
  /** Turns that passed to somebody else by hand. */
  readonly skipped: number;
  /** What would have been owed (below zero: owing) and is more than the pool carries over. */
  readonly forgiven: number;
  readonly declined: number;
  /** Owed to the next period: entitled - (received - credited - besideOrder - stoodIn + skipped) - forgiven. Within `carryOver`, or it was before. */
  readonly owed: number;
}

export interface FairnessStatement {
  readonly assigned: number;
  readonly owners: readonly OwnerStatement[];
}

type Considered = InquiryAssigned['considered'][number];

interface Tally {
  weight: number;
  byWeight: number;
  entitled: number;
  received: number;
  besideOrder: number;
  readonly by: Map<string, number>;
  readonly lost: Map<string, { times: number; share: number }>;
  readonly changes: Map<string, number>;
}

const add = (counts: Map<string, number>, key: string, amount: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + amount);

class Tallies {
  readonly #of = new Map<string, Tally>();

  of(owner: string): Tally {
    const known = this.#of.get(owner) ?? {
      weight: 0,
      byWeight: 0,
      entitled: 0,
      received: 0,
      besideOrder: 0,
      by: new Map(),
      lost: new Map(),
      changes: new Map(),
    };
    this.#of.set(owner, known);
    return known;
  }

  all(): readonly (readonly [string, Tally])[] {
    return [...this.#of].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** An inquiry that was nobody's share is no turn: given outside the order, or credited. */
const isTurn = ({ considered }: InquiryAssigned): boolean => considered.some(({ share }) => share !== undefined);

const countLoss = (tally: Tally, { excludedBecause, share }: Considered, fair: number): void => {
  if (share !== undefined || excludedBecause === null) return;
  const lost = tally.lost.get(excludedBecause) ?? { times: 0, share: 0 };
  tally.lost.set(excludedBecause, { times: lost.times + 1, share: lost.share + fair });
};

const countTurn = (tallies: Tallies, { considered }: InquiryAssigned): void => {
  const roster = considered.filter(({ weight }) => weight !== undefined);
  const weights = roster.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
  for (const one of roster) {
    const tally = tallies.of(one.owner);
    const fair = (one.weight ?? 0) / weights;
    tally.weight = one.weight ?? tally.weight;
    tally.byWeight += fair;
    tally.entitled += one.share ?? 0;
    countLoss(tally, one, fair);
  }
};

const OUTSIDE = new Set(['claim', 'default']);

const countAssigned = (tallies: Tallies, event: InquiryAssigned): void => {
  if (event.owner === null) return;
  const by = event.by ?? 'rotation';
  const tally = tallies.of(event.owner);
  tally.received += 1;
  add(tally.by, by, 1);
  if (OUTSIDE.has(by)) tally.besideOrder += 1;
  if (isTurn(event)) countTurn(tallies, event);
};

const countChanges = (tallies: Tallies, { changes }: PoolChanged): void => {
  for (const { owner, change, turns } of changes)
    if (owner !== null) add(tallies.of(owner).changes, change, change === 'declined' ? 1 : turns);
};

const statementOf = (owner: string, tally: Tally): OwnerStatement => {
  const { weight, byWeight, entitled, received, besideOrder } = tally;
  const of = (change: string): number => tally.changes.get(change) ?? 0;
  const [credited, stoodIn, skipped, forgiven] = [of('credit-used'), of('stood-in'), of('skip-used'), of('forgiven')];
  const lost = [...tally.lost].map(([because, { times, share }]) => ({ because, times, share }));
  return {
    owner,
    weight,
    byWeight,
    entitled,
    lost,
    gained: entitled - byWeight + lost.reduce((sum, { share }) => sum + share, 0),
    received,
    by: Object.fromEntries(tally.by),
    credited,
    besideOrder,
    stoodIn,
    skipped,
    forgiven,
    declined: of('declined'),
    owed: entitled - (received - credited - besideOrder - stoodIn + skipped) - forgiven,
  };
};

export type PoolEvent =
  | { readonly type: 'assigned'; readonly event: InquiryAssigned }
  | { readonly type: 'changed'; readonly event: PoolChanged };

/** Who got what of a pool, and why it is not the same for all, from what was said of the pool and nothing else. */
export class FairnessTally {
  readonly #owners = new Tallies();
  #assigned = 0;

  /** What was said next. */
  add(events: readonly PoolEvent[]): this {
    for (const one of events) {
      if (one.type === 'changed') countChanges(this.#owners, one.event);
      else {
        countAssigned(this.#owners, one.event);
        if (one.event.owner !== null) this.#assigned += 1;
      }
    }
    return this;
  }

  statement(): FairnessStatement {
    return {
      assigned: this.#assigned,
      owners: this.#owners.all().map(([owner, tally]) => statementOf(owner, tally)),
    };
  }
}
