import { TransientError, type Clock } from '@sluice/kernel';
import type { StateDeclaration } from '../define-stage.ts';
import type { LoadedState, StateStore, StoredOutcome, VersionedState } from '../ports/state-store.port.ts';
import type { ConsumedRecord, ProducedRecord } from '../ports/transport.port.ts';
import { decideOne, rememberedBy, type AnyStage, type Decided } from './decisions.ts';
import type { Prepared } from './delivery.ts';

export interface Settled {
  /** Null when the outcome was found stored: it was decided before. */
  readonly decided: Decided | null;
  readonly prepared: Prepared;
  readonly records: readonly ProducedRecord[];
}

export interface FoldOptions {
  readonly stage: AnyStage;
  readonly store: StateStore | null;
  readonly clock: Clock;
  toRecords(decided: Decided): Promise<readonly ProducedRecord[]>;
  /** Another was faster with one of the keys: the batch is folded again. */
  onConflict?(): void;
}

const REFOLDS = 5;
const positionName = ({ topic, partition, offset }: Pick<ConsumedRecord, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}/${partition}/${offset}`;
type Declaration = StateDeclaration<unknown, unknown, unknown>;

const keysOf = (declaration: Declaration, prepared: Prepared): readonly string[] =>
  prepared.kind === 'gathered' ? [...new Set(declaration.keys(prepared.event, prepared.facts))] : [];

/** Remembered values while a batch is folded: what was loaded, and what has been decided since. */
class Fold {
  readonly #declaration: Declaration;
  readonly #keys: ReadonlyMap<Prepared, readonly string[]>;
  readonly #values = new Map<string, unknown>();
  readonly #versions = new Map<string, number>();
  readonly #touched = new Set<string>();

  constructor(
    declaration: Declaration,
    keys: ReadonlyMap<Prepared, readonly string[]>,
    loaded: readonly VersionedState[],
  ) {
    this.#declaration = declaration;
    this.#keys = keys;
    for (const { key, version, value } of loaded) {
      this.#versions.set(key, version);
      if (version > 0) this.#values.set(key, declaration.schema.parse(value));
    }
  }

  valuesFor(prepared: Prepared): Record<string, unknown> {
    return Object.fromEntries((this.#keys.get(prepared) ?? []).map((key) => [key, this.#values.get(key)]));
  }

  remember(decided: Decided): void {
    if (decided.kind === 'failed') return;
    for (const [key, value] of Object.entries(rememberedBy(decided.outcome))) {
      this.#values.set(key, this.#declaration.schema.parse(value));
      this.#touched.add(key);
    }
  }

  changes(): readonly VersionedState[] {
    return [...this.#touched].map((key) => ({
      key,
      version: this.#versions.get(key) ?? 0,
      value: this.#values.get(key),
    }));
  }
}

const foldOnce = async (
  { stage, store, clock, toRecords }: FoldOptions & { readonly store: StateStore },
  declaration: Declaration,
  batch: readonly Prepared[],
): Promise<readonly Settled[] | null> => {
  const inputs = batch.map(({ delivery }) => delivery.record);
  const keys = new Map(batch.map((prepared) => [prepared, keysOf(declaration, prepared)]));
  const loaded: LoadedState = await store.load(stage.name, { keys: [...new Set([...keys.values()].flat())], inputs });
  const stored = new Map(loaded.outcomes.map((outcome) => [positionName(outcome), outcome.records]));
  const fold = new Fold(declaration, keys, loaded.states);
  const decisions = batch.map((prepared) => {
    if (stored.has(positionName(prepared.delivery.record))) return { prepared, decided: null };
    const decided = decideOne(stage, prepared, { clock, values: fold.valuesFor(prepared) });
    fold.remember(decided);
    return { prepared, decided };
  });
  const settled = await Promise.all(
    decisions.map(async ({ prepared, decided }) => ({
      prepared,
      decided,
      records: decided ? await toRecords(decided) : (stored.get(positionName(prepared.delivery.record)) ?? []),
    })),
  );
  const outcomes: StoredOutcome[] = settled
    .filter(({ decided }) => decided !== null)
    .map(({ prepared, records }) => ({ ...pick(prepared.delivery.record), records }));
  if (outcomes.length === 0) return settled;
  return (await store.store(stage.name, { states: fold.changes(), outcomes })) === 'stored' ? settled : null;
};

const pick = ({ topic, partition, offset }: ConsumedRecord) => ({ topic, partition, offset });

/**
 * Decides a batch in order. A stage with state loads what it remembers in one query and stores what it remembers from now on,
 * with the outcomes, in one transaction, before anything is on the log: a redelivered input finds its outcome and repeats it
 * byte for byte. Whoever loses the race for a key folds again on what the winner stored.
 */
export const settleBatch = async (options: FoldOptions, batch: readonly Prepared[]): Promise<readonly Settled[]> => {
  const { stage, store, clock, toRecords } = options;
  if (!stage.state || !store) {
    return Promise.all(
      batch.map(async (prepared) => {
        const decided = decideOne(stage, prepared, { clock, values: {} });
        return { prepared, decided, records: await toRecords(decided) };
      }),
    );
  }
  for (let attempt = 0; attempt < REFOLDS; attempt += 1) {
    const settled = await foldOnce({ ...options, store }, stage.state, batch);
    if (settled) return settled;
    options.onConflict?.();
  }
  throw new TransientError('folding: others keep changing the same keys');
};
