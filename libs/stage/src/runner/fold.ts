import { TransientError, uuidV5, type Clock } from '@sluice/kernel';
import { headerNames, type DomainEvent } from '@sluice/contracts';
import { LIST_FRONT, type ListGroup, type ListPlace, type Memory, type StateDeclaration } from '../define-stage.ts';
import type { ListedRow, LoadedState, PendingBatch, StateChange, StateStore } from '../ports/state-store.port.ts';
import type { ConsumedRecord, PartitionOffset, ProducedRecord, TopicPartition } from '../ports/transport.port.ts';
import {
  decideOne,
  errorOf,
  sha256,
  type AnyStage,
  type Decided,
  type Decision,
  type DecisionState,
  type GivenState,
} from './decisions.ts';
import { FencedError } from './conveyor.ts';
import { headerOf, type Gathered, type Prepared } from './delivery.ts';

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
  /** The records that a decision writes. @throws TransientError; any other error says that they can't be written. */
  toRecords(decided: Decided): Promise<readonly ProducedRecord[]>;
  /** Another was faster with one of the keys: the batch is folded again. */
  onConflict?(): void;
  /** What the group has committed: asked where the store knows later inputs of a partition than ours. */
  committedOffsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffset[]>;
}

/** Others may be faster with the same keys so many times before the world is called unwell. */
const REFOLDS = 5;
/** Rows of a group that are loaded beyond those a decision sees: so many may leave it before the batch has to be cut. */
const LIST_RESERVE = 40;

type Declaration = StateDeclaration<unknown, unknown, unknown>;

const decideAndWrite = async (
  { stage, clock, toRecords }: FoldOptions,
  prepared: Prepared,
  state: (prepared: Prepared & Gathered) => DecisionState | null,
): Promise<{ readonly decided: Decided; readonly records: readonly ProducedRecord[] }> => {
  const decided = decideOne(stage, prepared, { clock, state });
  try {
    return { decided, records: await toRecords(decided) };
  } catch (thrown) {
    if (thrown instanceof TransientError || decided.kind === 'failed') throw thrown;
    const failed: Decided = { kind: 'failed', prepared, error: errorOf(thrown) };
    return { decided: failed, records: await toRecords(failed) };
  }
};

/** A remembered value while a batch is folded: as it was loaded, or as a decision of this batch left it. */
interface Held {
  readonly version: number;
  readonly json: string | null;
  readonly hash: string | null;
  /** Read from `json` when somebody asks, whoever wrote it: so a decision sees the same in a batch, from the store, and in a replay. */
  value?: unknown;
}

/** The rows of one group, in order, as far as they are known. */
interface Group {
  readonly rows: ListedRow[];
  /** True when no further rows lie behind these. */
  readonly isWhole: boolean;
}

/** What a stage remembers while a batch is folded: what was loaded, and what has been decided since. */
class Remembered {
  readonly #declaration: Declaration;
  readonly #held = new Map<string, Held>();
  readonly #loadedVersions = new Map<string, number>();
  readonly #changed = new Map<string, StateChange>();
  readonly #lists = new Map<string, Map<string, Group>>();

  constructor(declaration: Declaration, { states, rows }: LoadedState) {
    this.#declaration = declaration;
    for (const row of [...states, ...rows]) this.#load(row);
    for (const [list, listed] of Map.groupBy(rows, ({ list }) => list)) {
      const groups = [...Map.groupBy(listed, ({ group }) => group)].map(
        ([group, rows]) => [group, { rows, isWhole: rows.length < LIST_FRONT + LIST_RESERVE }] as const,
      );
      this.#lists.set(list, new Map(groups));
    }
  }

  /** True while the front of every group of these lists is known. */
  knowsFrontOf(lists: readonly string[]): boolean {
    return lists.every((list) =>
      [...(this.#lists.get(list)?.values() ?? [])].every(({ rows, isWhole }) => isWhole || rows.length >= LIST_FRONT),
    );
  }

  /** What one decision is given, and may write. */
  stateFor(
    keys: readonly string[],
    lists: readonly string[],
  ): DecisionState & { readonly writable: ReadonlySet<string> } {
    const fronts = new Map(lists.map((list) => [list, this.#frontOf(list)]));
    const given: GivenState[] = keys.map((key) => this.#name(key));
    const writable = new Set(keys);
    for (const [list, groups] of fronts)
      for (const { rows, isWhole } of groups)
        for (const [at, { key }] of rows.entries()) {
          const isBehind = !isWhole && at === rows.length - 1;
          given.push({ ...this.#name(key), list, ...(isBehind ? { behind: true } : {}) });
          writable.add(key);
        }
    const memory: Memory<unknown> = {
      get: (key) => {
        if (!writable.has(key)) throw new Error('reading a state key that the stage does not declare for this event');
        return this.#valueOf(key);
      },
      list: (name) => {
        const front = fronts.get(name);
        if (!front) throw new Error('reading a list that the stage does not declare for this event');
        return front.map(({ group, rows, isWhole }): ListGroup<unknown> => ({
          group,
          rows: rows.map(({ key }) => ({ key, value: this.#valueOf(key) })),
          isWhole,
        }));
      },
    };
    return { memory, given, writable };
  }

  remember(decision: Decision): void {
    const { outcome, written } = decision;
    const remember = 'remember' in outcome ? outcome.remember : {};
    for (const [key, json] of written.remember) {
      const before = this.#placeOf(key);
      const change = this.#changeOf(decision, key, { json, value: remember[key] });
      this.#held.set(key, { version: change.version, json, hash: sha256(json) });
      this.#changed.set(key, change);
      this.#move(change, before, change.place);
    }
  }

  changes(): readonly StateChange[] {
    return [...this.#changed.values()];
  }

  #changeOf(
    { prepared, moment }: Decision,
    key: string,
    { json, value }: { readonly json: string; readonly value: unknown },
  ): StateChange {
    const due = this.#declaration.dueOf?.(value, key) ?? null;
    const dueId = uuidV5(moment.decisionId, 'due', key);
    return {
      key,
      expected: this.#loadedVersions.get(key) ?? 0,
      version: (this.#held.get(key)?.version ?? 0) + 1,
      json,
      place: this.#declaration.placeOf?.(value, key) ?? null,
      due: due && { at: due.at, record: dueRecordText(due.event, prepared, dueId) },
      expiresAt: this.#declaration.expiresAt?.(value, moment.now) ?? null,
    };
  }

  #load({ key, version, json }: Pick<ListedRow, 'key' | 'version' | 'json'>): void {
    if (this.#held.has(key)) return;
    this.#loadedVersions.set(key, version);
    this.#held.set(key, { version, json, hash: json === null ? null : sha256(json) });
  }

  #valueOf(key: string): unknown {
    const held = this.#held.get(key);
    if (!held || held.json === null) return undefined;
    held.value ??= this.#declaration.schema.parse(JSON.parse(held.json));
    return held.value;
  }

  #name(key: string): GivenState {
    const { version, hash } = this.#held.get(key) ?? { version: 0, hash: null };
    return { key, version, hash };
  }

  #placeOf(key: string): ListPlace | null {
    const changed = this.#changed.get(key);
    if (changed) return changed.place;
    const value = this.#declaration.placeOf ? this.#valueOf(key) : undefined;
    return value === undefined ? null : (this.#declaration.placeOf?.(value, key) ?? null);
  }

  #frontOf(
    list: string,
  ): readonly { readonly group: string; readonly rows: readonly ListedRow[]; readonly isWhole: boolean }[] {
    return [...(this.#lists.get(list) ?? [])]
      .filter(([, { rows }]) => rows.length > 0)
      .map(([group, { rows, isWhole }]) => ({
        group,
        rows: rows.slice(0, LIST_FRONT),
        isWhole: isWhole && rows.length <= LIST_FRONT,
      }))
      .sort((a, b) => (a.group < b.group ? -1 : 1));
  }

  #move(row: Pick<ListedRow, 'key' | 'version' | 'json'>, before: ListPlace | null, after: ListPlace | null): void {
    if (before) {
      const rows = this.#lists.get(before.list)?.get(before.group)?.rows ?? [];
      const at = rows.findIndex(({ key }) => key === row.key);
      if (at !== -1) rows.splice(at, 1);
    }
    if (!after) return;
    const groups = this.#lists.get(after.list) ?? new Map<string, Group>();
    this.#lists.set(after.list, groups);
    // A group that was not loaded, in a list that was, holds nothing yet.
    const group = groups.get(after.group) ?? { rows: [], isWhole: true };
    groups.set(after.group, group);
    const at = group.rows.findIndex(({ rank }) => rank > after.rank);
    if (at !== -1) group.rows.splice(at, 0, { ...row, ...after });
    // Behind the last row that was loaded lie others: this one stands somewhere among them.
    else if (group.isWhole) group.rows.push({ ...row, ...after });
  }
}

/** What is published when a value is due, as text: the event, and the headers it takes over from the decision that asked for it. */
export interface DueRecord {
  readonly type: string;
  readonly key: string;
  readonly subject: string;
  readonly data: unknown;
  readonly id: string;
  readonly brand: string;
  readonly playbook: string;
  readonly headers: Readonly<Record<string, string>>;
}

const dueRecordText = (
  { type, key, subject, data }: DomainEvent,
  { delivery, playbookHash }: Prepared & Gathered,
  id: string,
): string => {
  const traceHeaders = [headerNames.traceParent, headerNames.traceState].flatMap((name) => {
    const value = headerOf(delivery.record.headers, name);
    return value === null ? [] : [[name, value] as const];
  });
  const record: DueRecord = {
    type,
    key,
    subject,
    data,
    id,
    brand: delivery.brand,
    playbook: playbookHash,
    headers: Object.fromEntries(traceHeaders),
  };
  return JSON.stringify(record);
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
    perGroup: LIST_FRONT + LIST_RESERVE,
    partitions: firstOffsets(batch),
  });
  const stored = storedRecords(loaded.pending, batch);
  await refuseOvertaken(
    options,
    loaded.pending,
    batch.filter((prepared) => !stored.has(prepared)),
  );
  const remembered = new Remembered(declaration, loaded);
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
      () => state,
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
      batch.map(async (prepared) => ({ prepared, ...(await decideAndWrite(options, prepared, () => null)) })),
    );
  for (let attempt = 0; attempt < REFOLDS; attempt += 1) {
    const processed = await foldOnce({ ...options, store }, stage.state, batch);
    if (processed) return processed;
    options.onConflict?.();
  }
  throw new ConflictError('folding: others keep changing the same keys');
};
