import type { DecisionJournal } from '@sluice/contracts';
import type { PlaybookHash } from '@sluice/kernel';
import type { Memory } from './define-stage.ts';
import { inputOf, rememberedBy, sha256, writeOutcome, type AnyStage, type WrittenOutcome } from './runner/decisions.ts';

export interface ReplayDifference {
  readonly decisionId: string;
  readonly inquiryId: string;
  readonly stage: string;
  readonly recorded: string;
  /** The hash of today's outcome, or why there is none. */
  readonly replayed: string;
}

export interface ReplaySpec {
  readonly stages: readonly AnyStage[];
  /** The input event, as it lies on the log; undefined when it is gone. */
  fetchInput(input: DecisionJournal['input']): unknown;
  /** The playbook to decide by: the recorded one for a replay, another for a backtest. */
  playbookFor(hash: PlaybookHash): unknown;
}

/** What one stage remembered, version by version, as far as the decisions that wrote it have been taken again. */
class History {
  readonly #versions = new Map<string, string[]>();

  /** JSON of a value at a version; undefined while it is not known. */
  at(key: string, version: number): string | undefined {
    return this.#versions.get(key)?.[version];
  }

  write(key: string, version: number, json: string): void {
    const versions = this.#versions.get(key) ?? [];
    versions[version] = json;
    this.#versions.set(key, versions);
  }
}

type Given = NonNullable<DecisionJournal['state']>;

const memoryFrom = (stage: AnyStage, given: Given, history: History): Memory<unknown> => {
  const values = new Map(
    given.map(({ key, version }) => {
      const json = history.at(key, version);
      return [key, json === undefined ? undefined : stage.state?.schema.parse(JSON.parse(json))];
    }),
  );
  return {
    get: (key) => values.get(key),
    list: (name) =>
      frontsOf(
        stage,
        given.filter(({ list }) => list === name),
        values,
      ),
  };
};

const frontsOf = (stage: AnyStage, given: Given, values: ReadonlyMap<string, unknown>) => {
  const rows = given.map(({ key, behind }) => {
    const value = values.get(key);
    return { key, value, behind, group: stage.state?.placeOf?.(value, key)?.group ?? '' };
  });
  return [...Map.groupBy(rows, ({ group }) => group)].map(([group, of]) => ({
    group,
    rows: of.map(({ key, value }) => ({ key, value })),
    isWhole: !of.some(({ behind }) => behind),
  }));
};

const isKnown = (given: Given, history: History): boolean =>
  given.every(({ key, version }) => version === 0 || history.at(key, version) !== undefined);

const isSame = (given: Given, history: History): boolean =>
  given.every(({ key, version, hash }) => version === 0 || sha256(history.at(key, version) ?? '') === hash);

const decideAgain = (
  stage: AnyStage,
  entry: DecisionJournal,
  { spec, history }: { readonly spec: ReplaySpec; readonly history: History },
): WrittenOutcome => {
  const event = inputOf(stage, entry.input.topic).parse(spec.fetchInput(entry.input));
  const given = entry.state ?? [];
  const { topic, partition, offset } = entry.input;
  const outcome = stage.decide(event, entry.facts, memoryFrom(stage, given, history), {
    now: entry.decidedAt,
    decisionId: entry.decisionId,
    playbook: spec.playbookFor(entry.playbook),
    playbookHash: entry.playbook,
    playbookOf: (hash) => spec.playbookFor(hash as PlaybookHash),
    input: { topic, partition, offset },
  });
  const written = writeOutcome(stage, outcome, { subject: entry.inquiryId, now: entry.decidedAt });
  for (const key of Object.keys(rememberedBy(outcome))) {
    const version = given.find((one) => one.key === key)?.version ?? 0;
    history.write(key, version + 1, written.remember.get(key) ?? 'null');
  }
  return written;
};

const replayStage = (
  stage: AnyStage,
  entries: readonly DecisionJournal[],
  spec: ReplaySpec,
): readonly ReplayDifference[] => {
  const history = new History();
  const differences: ReplayDifference[] = [];
  const differ = ({ decisionId, inquiryId, outcome }: DecisionJournal, replayed: string): void =>
    void differences.push({ decisionId, inquiryId, stage: stage.name, recorded: outcome.hash, replayed });
  let waiting = entries;
  // A decision comes after those that wrote what it was given. Entries of one partition mostly lie in that order already.
  for (let before = -1; waiting.length > 0 && waiting.length !== before;) {
    before = waiting.length;
    waiting = waiting.filter((entry) => {
      if (!isKnown(entry.state ?? [], history)) return true;
      try {
        if (!isSame(entry.state ?? [], history)) {
          differ(entry, 'what it was given is another value now');
          return false;
        }
        const { hash } = decideAgain(stage, entry, { spec, history });
        if (hash !== entry.outcome.hash) differ(entry, hash);
      } catch (error) {
        differ(entry, error instanceof Error ? error.name : 'threw');
      }
      return false;
    });
  }
  for (const entry of waiting) differ(entry, 'a decision that wrote what it was given is missing');
  return differences;
};

/**
 * Takes recorded decisions again with today's code. The same playbook must give no differences at all. What a stage remembered is
 * made again from the decisions that wrote it, so the entries of a stage with state must reach back to the first of their keys.
 */
export const replayDecisions = (entries: readonly DecisionJournal[], spec: ReplaySpec): readonly ReplayDifference[] =>
  [...Map.groupBy(entries, ({ stage }) => stage)].flatMap(([name, ofStage]) => {
    const stage = spec.stages.find((one) => one.name === name);
    if (stage) return replayStage(stage, ofStage, spec);
    return ofStage.map(({ decisionId, inquiryId, outcome }) => ({
      decisionId,
      inquiryId,
      stage: name,
      recorded: outcome.hash,
      replayed: 'no such stage',
    }));
  });
