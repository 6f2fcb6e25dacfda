import type { DecisionJournal } from '@sluice/contracts';
import type { PlaybookHash } from '@sluice/kernel';
import { inputOf, outcomeHash, type AnyStage } from './runner/decisions.ts';

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

const replayOne = (stage: AnyStage, entry: DecisionJournal, spec: ReplaySpec): string => {
  const event = inputOf(stage, entry.input.topic).parse(spec.fetchInput(entry.input));
  const state = entry.state ?? {};
  const { topic, partition, offset } = entry.input;
  const outcome = stage.decide(
    event,
    entry.facts,
    { get: (key) => state[key] },
    {
      now: entry.decidedAt,
      decisionId: entry.decisionId,
      playbook: spec.playbookFor(entry.playbook),
      playbookHash: entry.playbook,
      input: { topic, partition, offset },
    },
  );
  return outcomeHash(outcome);
};

/** Takes recorded decisions again with today's code. The same playbook must give no differences at all. */
export const replayDecisions = (entries: readonly DecisionJournal[], spec: ReplaySpec): readonly ReplayDifference[] =>
  entries.flatMap((entry) => {
    const stage = spec.stages.find(({ name }) => name === entry.stage);
    const { decisionId, inquiryId, outcome } = entry;
    const difference = (replayed: string) => [
      { decisionId, inquiryId, stage: entry.stage, recorded: outcome.hash, replayed },
    ];
    if (!stage) return difference('no such stage');
    try {
      const replayed = replayOne(stage, entry, spec);
      return replayed === outcome.hash ? [] : difference(replayed);
    } catch (error) {
      return difference(error instanceof Error ? `${error.name}` : 'threw');
    }
  });
