import { headerNames, type DomainEvent } from '@sluice/contracts';
import { uuidV5 } from '@sluice/kernel';
import { LIST_FRONT, type ListGroup, type ListPlace, type Memory, type StateDeclaration } from '../define-stage.ts';
import type { ListedRow, LoadedState, StateChange } from '../ports/state-store.port.ts';
import { sha256, type Decision, type DecisionState, type GivenState } from './decisions.ts';
import { headerOf, type Gathered, type Prepared } from './delivery.ts';

/** Rows of a group that are loaded beyond those a decision sees: so many may leave it before the batch has to be cut. */
const LIST_RESERVE = 40;
/** Rows of a group that are loaded at most. */
export const LOADED_PER_GROUP = LIST_FRONT + LIST_RESERVE;

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
export class Remembered {
  readonly #declaration: StateDeclaration<unknown, unknown, unknown>;
  readonly #keys: readonly string[];
  readonly #held = new Map<string, Held>();
  readonly #loadedVersions = new Map<string, number>();
  readonly #changed = new Map<string, StateChange>();
  readonly #lists = new Map<string, Map<string, Group>>();

  constructor(declaration: StateDeclaration<unknown, unknown, unknown>, { states, rows }: LoadedState) {
    this.#declaration = declaration;
    this.#keys = states.map(({ key }) => key);
    for (const row of [...states, ...rows]) this.#load(row);
    for (const [list, listed] of Map.groupBy(rows, ({ list }) => list)) {
      const groups = [...Map.groupBy(listed, ({ group }) => group)].map(
        ([group, rows]) => [group, { rows, isWhole: rows.length < LOADED_PER_GROUP }] as const,
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

  /** Hashes of the playbook versions that the values asked for by their keys refer to; null where values of this stage refer to none. */
  playbooks(): readonly string[] | null {
    const { playbooksOf } = this.#declaration;
    if (!playbooksOf) return null;
    const values = this.#keys.map((key) => this.#valueOf(key)).filter((value) => value !== undefined);
    return [...new Set(values.flatMap((value) => playbooksOf(value)))];
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
