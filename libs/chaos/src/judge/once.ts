import { stageInputs } from '@sluice/contracts';
import type { CommittedRecord } from './committed-records.ts';
import {
  dataOf,
  eventsOf,
  ofTopic,
  positionOf,
  subjectOf,
  type Check,
  type Evidence,
  type Finding,
} from './evidence.ts';

/** The topics that every inquiry of the load comes through. */
export const CHAIN = [
  'inquiry.normalized.v1',
  'inquiry.enriched.v1',
  'inquiry.scored.v1',
  'inquiry.routed.v1',
  'assignment.requested.v1',
  'inquiry.assigned.v1',
];

const counted = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

/** Whatever was acknowledged is through the chain: the load has nothing that is dropped, or that a stage can't read. */
export const nothingLost: Check = ({ acknowledged, after }) => {
  const seen = new Map(
    ['inquiry.raw.v1', ...CHAIN].map((topic) => [topic, new Set(ofTopic(after, topic).map(subjectOf))]),
  );
  const missing = (inquiryId: string): string[] =>
    [...seen].filter(([, ids]) => !ids.has(inquiryId)).map(([topic]) => topic);
  return {
    invariant: 'no acknowledged input lost',
    checked: acknowledged.length,
    violations: acknowledged.flatMap(({ inquiryId }) =>
      missing(inquiryId)
        .slice(0, 1)
        .map((topic) => ({ inquiryId, what: `is not in ${topic}` })),
    ),
  };
};

/** One committed record per inquiry and stage, and no effect asked for or settled twice. What is said of a repeat has the id of what it repeats. */
export const oncePerStage: Check = ({ after }) => {
  const inChain = CHAIN.flatMap((topic) => eventsOf(after, topic).map((record) => `${topic} ${subjectOf(record)}`));
  const events = ['effect.requested.v1', 'effect.settled.v1'].flatMap((topic) =>
    eventsOf(after, topic).map(({ headers }) => `${topic} event ${headers['ce_id']}`),
  );
  const repeated = [...counted([...inChain, ...events])].filter(([, count]) => count > 1);
  return {
    invariant: 'one committed record per inquiry and stage',
    checked: inChain.length,
    violations: repeated.map(([key, count]) => ({
      inquiryId: key.split(' ').at(-1) ?? null,
      what: `${key}: ${count} times`,
    })),
  };
};

/** It puts events into a store of its own, and journals no decision. */
const PROJECTIONS: ReadonlySet<string> = new Set(['plan-effects']);

interface Journaled {
  readonly stage: string;
  readonly input: { readonly topic: string; readonly partition: number; readonly offset: string | number };
}

/** What each stage did with each record it was given: its journal entry, or its dead letter. */
const settledBy = (evidence: Evidence, stage: string, topic: string): readonly string[] => {
  const journaled = ofTopic(evidence.after, 'decision.journal.v1')
    .map((record) => dataOf<Journaled>(record))
    .filter((one) => one.stage === stage)
    .map(({ input }) => positionOf(input));
  const dead = ofTopic(evidence.after, `${topic}.dlq.${stage}`).map(({ headers }) =>
    positionOf({
      topic,
      partition: headers['__streams.errors.partition'] ?? '',
      offset: headers['__streams.errors.offset'] ?? '',
    }),
  );
  return [...journaled, ...dead];
};

/** What a stage gave up whose bytes, or whose key, are not those of the record it was given. */
const changedIn = (evidence: Evidence, stage: string, topic: string): readonly string[] => {
  const given = new Map(ofTopic(evidence.after, topic).map((record) => [positionOf(record), record]));
  return ofTopic(evidence.after, `${topic}.dlq.${stage}`).flatMap((letter) => {
    const position = positionOf({
      topic,
      partition: letter.headers['__streams.errors.partition'] ?? '',
      offset: letter.headers['__streams.errors.offset'] ?? '',
    });
    const came = given.get(position);
    return came?.value === letter.value && came.key === letter.key ? [] : [position];
  });
};

/** Raw = routed + dropped + dead-lettered, and so at every stage: each committed record was decided or dead-lettered, exactly once, and what was dead-lettered is as it came. */
export const allAccountedFor: Check = (evidence) => {
  const stages = stageInputs.map(({ stage, topic }) => {
    // A projection journals nothing: of what it was given, only what nobody can read has to be somewhere.
    const given = (
      PROJECTIONS.has(stage)
        ? ofTopic(evidence.after, topic).filter((record) => subjectOf(record) === '')
        : ofTopic(evidence.after, topic)
    ).map(positionOf);
    return {
      stage,
      given: new Set(given),
      settled: counted(settledBy(evidence, stage, topic)),
      changed: changedIn(evidence, stage, topic),
    };
  });
  return {
    invariant: 'raw = routed + dropped + dead-lettered',
    checked: stages.reduce((sum, { given }) => sum + given.size, 0),
    violations: stages.flatMap(({ stage, given, settled, changed }) => [
      ...[...given]
        .filter((position) => settled.get(position) !== 1)
        .map((position) => ({
          inquiryId: null,
          what: `${stage} settled ${position} ${settled.get(position) ?? 0} times`,
        })),
      ...changed.map((position) => ({
        inquiryId: null,
        what: `${stage} gave up ${position} with other bytes than it came with`,
      })),
    ]),
  };
};

/** Nobody acted on a value of an aborted transaction: every input that was settled is committed; and both readers saw the same. */
export const nothingAborted: Check = (evidence) => {
  const committed = new Set(evidence.after.map(positionOf));
  const settled = stageInputs.flatMap(({ stage, topic }) => settledBy(evidence, stage, topic));
  const seenDuring = new Set(evidence.during.map(positionOf));
  const differing = (ours: readonly CommittedRecord[], theirs: ReadonlySet<string>, who: string) =>
    ours
      .map(positionOf)
      .filter((position) => !theirs.has(position))
      .map((position) => ({ inquiryId: null, what: `${position} was seen ${who} only` }));
  return {
    invariant: 'no value of an aborted transaction seen',
    checked: settled.length + evidence.during.length,
    violations: [
      ...settled
        .filter((position) => !committed.has(position))
        .map((position) => ({ inquiryId: null, what: `${position} was acted on and is not committed` })),
      ...differing(evidence.during, committed, 'during the faults'),
      ...differing(evidence.after, seenDuring, 'after the faults'),
    ],
  } satisfies Finding;
};
