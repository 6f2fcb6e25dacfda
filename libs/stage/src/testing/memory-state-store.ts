import type {
  DueTimes,
  ListedRow,
  PendingBatch,
  StateChange,
  StateRow,
  StateStore,
} from '../ports/state-store.port.ts';

const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string =>
  `${topic}/${partition}`;

interface Stored extends StateChange {
  attempts: number;
  dueAt: number | null;
}

const RETAKE_AFTER_MS = 30_000;

/** Keeps everything in memory, as a database would: text, and versions that are compared. `now` is what due times are compared with. */
export const memoryStateStore = (now: () => number = Date.now): StateStore & DueTimes => {
  const states = new Map<string, Map<string, Stored>>();
  const pending = new Map<string, PendingBatch>();
  const ofStage = (stage: string): Map<string, Stored> => {
    const found = states.get(stage) ?? new Map<string, Stored>();
    states.set(stage, found);
    return found;
  };

  const frontsOf = (stage: string, list: string, perGroup: number): readonly ListedRow[] => {
    const rows = [...ofStage(stage).values()].flatMap(({ key, version, json, place }) =>
      place?.list === list ? [{ key, version, json, ...place }] : [],
    );
    return [...Map.groupBy(rows, ({ group }) => group).values()].flatMap((group) =>
      group.sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, perGroup),
    );
  };

  return {
    async load(stage, { keys, lists, perGroup, partitions }) {
      return {
        states: keys.map((key): StateRow => {
          const found = ofStage(stage).get(key);
          return { key, version: found?.version ?? 0, json: found?.json ?? null };
        }),
        rows: lists.flatMap((list) => frontsOf(stage, list, perGroup)),
        pending: partitions.map(({ topic, partition, from }) => {
          const found = pending.get(`${stage} ${nameOf({ topic, partition })}`);
          if (!found) return { topic, partition, version: 0, last: -1n, inputs: [] };
          return found.last < from ? { ...found, inputs: [] } : found;
        }),
      };
    },
    async store(stage, changes) {
      const isStale =
        changes.states.some(({ key, expected }) => (ofStage(stage).get(key)?.version ?? 0) !== expected) ||
        changes.pending.some((batch) => (pending.get(`${stage} ${nameOf(batch)}`)?.version ?? 0) !== batch.version);
      if (isStale) return 'conflict';
      for (const change of changes.states)
        ofStage(stage).set(change.key, {
          ...change,
          attempts: 0,
          dueAt: change.due === null ? null : Date.parse(change.due.at),
        });
      for (const batch of changes.pending)
        pending.set(`${stage} ${nameOf(batch)}`, { ...batch, version: batch.version + 1 });
      return 'stored';
    },
    async takeDue(limit) {
      const due = [...states.values()]
        .flatMap((stored) => [...stored.values()])
        .filter(({ dueAt }) => dueAt !== null && dueAt <= now())
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit);
      return due.map((row) => {
        row.attempts += 1;
        row.dueAt = now() + RETAKE_AFTER_MS;
        return { record: row.due?.record ?? '', attempt: row.attempts };
      });
    },
  };
};
