import { TransientError, type Clock } from '@sluice/kernel';
import type { StateDeclaration } from '../define-stage.ts';
import type { PlaybookSource } from '../ports/playbook-source.port.ts';
import type { PendingBatch, StateStore } from '../ports/state-store.port.ts';
import type { ConsumedRecord, PartitionOffset, ProducedRecord, TopicPartition } from '../ports/transport.port.ts';
import { FencedError } from './conveyor.ts';
import {
  decideOne,
  errorOf,
  type AnyStage,
  type Decided,
  type Decision,
  type DecisionState,
  type Playbooks,
} from './decisions.ts';
import type { Prepared } from './delivery.ts';
import { LOADED_PER_GROUP, Remembered } from './remembered.ts';

/** One input with what came of it. */
export interface Processed {
  /** Null when the outcome was found stored: it was decided before. */
  readonly decided: Decided | null;
  readonly prepared: Prepared;
  readonly records: readonly ProducedRecord[];
}

export interface FoldOptions {
  readonly stage: AnyStage;
  readonly store: StateStore | null;
  readonly clock: Clock;
  readonly playbooks: Pick<PlaybookSource<unknown>, 'byHash'>;
  /** The records that a decision writes. @throws TransientError; any other error says that they can't be written. */
  toRecords(decided: Decided): Promise<readonly ProducedRecord[]>;
  /** Another was faster with one of the keys: the batch is folded again. */
  onConflict?(): void;
  /** What the group has committed: asked where the store knows later inputs of a partition than ours. */
  committedOffsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffset[]>;
}

/** Others may be faster with the same keys so many times before the world is called unwell. */
const REFOLDS = 5;
type Declaration = StateDeclaration<unknown, unknown, unknown>;

const decideAndWrite = async (
  { stage, clock, toRecords }: FoldOptions,
  prepared: Prepared,
  { state, playbooks }: { readonly state: DecisionState | null; readonly playbooks: Playbooks },
): Promise<{ readonly decided: Decided; readonly records: readonly ProducedRecord[] }> => {
  const decided = decideOne(stage, prepared, { clock, state, playbooks });
  try {
    return { decided, records: await toRecords(decided) };
  } catch (thrown) {
    if (thrown instanceof TransientError || decided.kind === 'failed') throw thrown;
    const failed: Decided = { kind: 'failed', prepared, error: errorOf(thrown) };
    return { decided: failed, records: await toRecords(failed) };
  }
};

const partitionName = ({ topic, partition }: Pick<ConsumedRecord, 'topic' | 'partition'>): string =>
  `${topic}/${partition}`;
const positionName = ({ topic, partition, offset }: Pick<ConsumedRecord, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}/${partition}/${offset}`;

/** What was stored for inputs of this batch: Postgres committed, the log did not. */
const storedRecords = (pending: readonly PendingBatch[], batch: readonly Prepared[]) => {
  const byPosition = new Map(
    pending.flatMap(({ topic, partition, inputs }) =>
      inputs.map((input) => [positionName({ topic, partition, offset: input.offset }), input] as const),
    ),
  );
  return new Map(
    batch.flatMap((prepared) => {
      const { record, inputId } = prepared.delivery;
      const found = byPosition.get(positionName(record));
      return found && found.inputId === inputId && found.timestamp === record.timestamp
        ? [[prepared, found.records] as const]
        : [];
    }),
  );
};

/** The batch as it has to be found if it is delivered again: whole, per partition, also what had been decided before. */
const pendingOf = (loaded: readonly PendingBatch[], processed: readonly Processed[]): readonly PendingBatch[] => {
  const byPartition = Map.groupBy(processed, ({ prepared }) => partitionName(prepared.delivery.record));
  return loaded.flatMap(({ topic, partition, version }) => {
    const ours = byPartition.get(partitionName({ topic, partition })) ?? [];
    // Of a partition in which nothing was decided now, the stored batch may hold more than this one: it stays.
    if (!ours.some(({ decided }) => decided !== null)) return [];
    const inputs = ours.map(({ prepared: { delivery }, records }) => ({
      offset: delivery.record.offset,
      inputId: delivery.inputId,
      timestamp: delivery.record.timestamp,
      records,
    }));
    return [{ topic, partition, version, last: inputs.at(-1)?.offset ?? 0n, inputs }];
  });
};

const firstOffsets = (batch: readonly Prepared[]) =>
  [...Map.groupBy(batch, ({ delivery }) => partitionName(delivery.record)).values()].flatMap(([first]) =>
    first
      ? [
          {
            topic: first.delivery.record.topic,
            partition: first.delivery.record.partition,
            from: first.delivery.record.offset,
          },
        ]
      : [],
  );

const declaredBy = (declaration: Declaration, prepared: Prepared) =>
  prepared.kind === 'gathered'
    ? {
        keys: [...new Set(declaration.keys(prepared.event, prepared.facts))],
        lists: [...new Set(declaration.lists?.(prepared.event, prepared.facts) ?? [])],
      }
    : { keys: [], lists: [] };

const refuseUndeclared = ({ written }: Decision, writable: ReadonlySet<string>): void => {
  for (const key of written.remember.keys())
    if (!writable.has(key))
      throw new Error('remembering under a state key that the stage does not declare for this event');
};

/**
 * Only the last batch of a partition is stored. Whoever holds an earlier one either lost the partition, to somebody who has gone
 * on, or reads it again because its offsets were set back or its topic was made anew: the group's offsets tell.
 */
const refuseOvertaken = async (
  { committedOffsets }: FoldOptions,
  loaded: readonly PendingBatch[],
  undecided: readonly Prepared[],
): Promise<void> => {
  const last = new Map(loaded.map((batch) => [partitionName(batch), batch.last]));
  const early = undecided
    .map(({ delivery: { record } }) => record)
    .filter((record) => record.offset <= (last.get(partitionName(record)) ?? -1n));
  if (early.length === 0) return;
  const committed = new Map(
    (await committedOffsets(early)).map((partition) => [partitionName(partition), partition.offset]),
  );
  if (early.some((record) => record.offset < (committed.get(partitionName(record)) ?? 0n)))
    throw new FencedError('folding: another has gone on with this partition');
};

const noPlaybooks: Playbooks = new Map();

/** The versions that decisions of this batch may ask for: those that what is remembered refers to, now or after one of them. */
const playbooksFor = async (
  { playbooks }: Pick<FoldOptions, 'playbooks'>,
  remembered: Remembered,
  batch: readonly Prepared[],
): Promise<Playbooks> => {
  const hashes = remembered.playbooks();
  if (hashes === null) return noPlaybooks;
  const known = new Map(
    batch.flatMap((prepared) =>
      prepared.kind === 'gathered' ? [[prepared.playbookHash as string, prepared.playbook] as const] : [],
    ),
  );
  for (const hash of hashes) if (!known.has(hash)) known.set(hash, (await playbooks.byHash(hash)).playbook);
  return known;
};

/** Null when another was faster with one of the keys. */
const foldOnce = async (
  options: FoldOptions & { readonly store: StateStore },
  declaration: Declaration,
  batch: readonly Prepared[],
): Promise<readonly Processed[] | null> => {
  const { stage, store } = options;
  const declared = new Map(batch.map((prepared) => [prepared, declaredBy(declaration, prepared)]));
  const all = [...declared.values()];
  const loaded = await store.load(stage.name, {
    keys: [...new Set(all.flatMap(({ keys }) => keys))],
    lists: [...new Set(all.flatMap(({ lists }) => lists))],
    perGroup: LOADED_PER_GROUP,
    partitions: firstOffsets(batch),
  });
  const stored = storedRecords(loaded.pending, batch);
  await refuseOvertaken(
    options,
    loaded.pending,
    batch.filter((prepared) => !stored.has(prepared)),
  );
  const remembered = new Remembered(declaration, loaded);
  const playbooks = await playbooksFor(options, remembered, batch);
  const processed: Processed[] = [];
  for (const prepared of batch) {
    const found = stored.get(prepared);
    if (found) {
      processed.push({ prepared, decided: null, records: found });
      continue;
    }
    const { keys, lists } = declared.get(prepared) ?? { keys: [], lists: [] };
    if (!remembered.knowsFrontOf(lists)) break;
    const state = remembered.stateFor(keys, lists);
    const { decided, records } = await decideAndWrite(
      {
        ...options,
        toRecords: (decided) => {
          if (decided.kind === 'decided') refuseUndeclared(decided, state.writable);
          return options.toRecords(decided);
        },
      },
      prepared,
      { state, playbooks },
    );
    if (decided.kind === 'decided') remembered.remember(decided);
    processed.push({ prepared, decided, records });
  }
  const pending = pendingOf(loaded.pending, processed);
  if (pending.length === 0) return processed;
  return (await store.store(stage.name, { states: remembered.changes(), pending })) === 'stored' ? processed : null;
};

/** Others keep changing the same keys, faster than we can: or a key is written that was never loaded. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/**
 * Decides a batch in order, or the front of it. A stage with state loads what it remembers in one query and stores what it remembers
 * from now on, with the records, in one transaction, before anything is on the log: a redelivered input finds what was written for
 * it and writes it again byte for byte. Whoever loses the race for a key folds again on what the winner stored.
 */
export const foldBatch = async (options: FoldOptions, batch: readonly Prepared[]): Promise<readonly Processed[]> => {
  const { stage, store } = options;
  if (!stage.state || !store)
    return Promise.all(
      batch.map(async (prepared) => ({
        prepared,
        ...(await decideAndWrite(options, prepared, { state: null, playbooks: noPlaybooks })),
      })),
    );
  for (let attempt = 0; attempt < REFOLDS; attempt += 1) {
    const processed = await foldOnce({ ...options, store }, stage.state, batch);
    if (processed) return processed;
    options.onConflict?.();
  }
  throw new ConflictError('folding: others keep changing the same keys');
};
