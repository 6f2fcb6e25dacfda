import type { StateStore, StoredOutcome, VersionedState } from '../ports/state-store.port.ts';

const nameOf = ({
  topic,
  partition,
  offset,
}: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}): string => `${topic}/${partition}/${offset}`;

/** Keeps everything in memory, through JSON as a database would. */
export const memoryStateStore = (): StateStore => {
  const states = new Map<string, VersionedState>();
  const outcomes = new Map<string, StoredOutcome>();
  return {
    async load(stage, { keys, inputs }) {
      return {
        states: keys.map((key) => states.get(`${stage}/${key}`) ?? { key, version: 0, value: null }),
        outcomes: inputs.flatMap((input) => outcomes.get(`${stage}/${nameOf(input)}`) ?? []),
      };
    },
    async store(stage, changes) {
      const isStale = changes.states.some(
        ({ key, version }) => (states.get(`${stage}/${key}`)?.version ?? 0) !== version,
      );
      if (isStale || changes.outcomes.some((outcome) => outcomes.has(`${stage}/${nameOf(outcome)}`))) return 'conflict';
      for (const { key, version, value } of changes.states)
        states.set(`${stage}/${key}`, { key, version: version + 1, value: JSON.parse(JSON.stringify(value)) });
      for (const outcome of changes.outcomes) outcomes.set(`${stage}/${nameOf(outcome)}`, outcome);
      return 'stored';
    },
  };
};
