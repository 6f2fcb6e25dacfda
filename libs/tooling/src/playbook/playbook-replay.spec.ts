import { scoreInquiry } from '@sluice/classifier';
import type { DecisionJournal } from '@sluice/contracts';
import { uuidV5, type DecisionId } from '@sluice/kernel';
import { followConversation } from '@sluice/router';
import { parsePlaybook, playbookHashOf, type Playbook } from '@sluice/policy';
import { inquiryOfCase, playbookOfCase, readCases, type Case } from '@sluice/policy/cases';
import { loadPlaybooks } from '@sluice/policy/files';
import { replayDecisions, type AnyStage } from '@sluice/stage';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root as checkout } from '../commands/checkout.ts';
import { readingOf } from './decide-case.ts';

const root = join(checkout, 'playbooks');
const { playbooks } = loadPlaybooks(root);
const stages = [scoreInquiry, followConversation] as readonly unknown[] as readonly AnyStage[];
const NOW = '2026-01-05T09:00:00.000Z';

/** The log and the journal as a run leaves them: in JSON, with the versions by their hash. */
const recorded = () => ({
  log: new Map<string, string>(),
  journal: [] as string[],
  versions: new Map<string, string>(),
  /** The versions as they were when it was decided, not read back. */
  originals: new Map<string, Playbook>(),
});
type Recorded = ReturnType<typeof recorded>;

const decided = (
  into: Recorded,
  stage: AnyStage,
  {
    playbook,
    event,
    facts,
  }: { readonly playbook: Playbook; readonly event: { readonly inquiryId: string }; readonly facts: unknown },
): unknown => {
  const topic = stage.inputs[0]?.type ?? '';
  const offset = String(into.journal.length);
  const hash = playbookHashOf(playbook);
  const decisionId = uuidV5(event.inquiryId, stage.name, offset) as DecisionId;
  into.log.set(`${topic}/${offset}`, JSON.stringify(event));
  into.versions.set(hash, JSON.stringify(playbook));
  into.originals.set(hash, playbook);
  const outcome = stage.decide(
    event,
    facts,
    { get: () => undefined, list: () => [] },
    {
      now: NOW,
      decisionId,
      playbook,
      playbookHash: hash,
      playbookOf: () => playbook,
      input: { topic, partition: 0, offset },
    },
  );
  into.journal.push(
    JSON.stringify({
      decisionId,
      inquiryId: event.inquiryId,
      stage: stage.name,
      input: { id: `${offset}`, topic, partition: 0, offset },
      facts,
      state: null,
      decidedAt: NOW,
      playbook: hash,
      outcome: { kind: outcome.kind, reason: null, hash: '' },
      tookMs: 1,
      costUsd: 0,
    }),
  );
  return outcome.kind === 'emit' ? outcome.events[0]?.data : null;
};

const entriesOf = ({ journal }: Recorded): readonly DecisionJournal[] =>
  journal.map((entry) => JSON.parse(entry) as DecisionJournal);

const fetchedFrom =
  ({ log }: Recorded) =>
  ({ topic, offset }: DecisionJournal['input']) =>
    JSON.parse(log.get(`${topic}/${offset}`) ?? 'null') as unknown;

/** The journal with the hash of each outcome, as it came out under the playbook it was decided by. */
const hashed = (into: Recorded): Recorded => {
  const outcomes = replayDecisions(entriesOf(into), {
    stages,
    fetchInput: fetchedFrom(into),
    playbookFor: (hash) => into.originals.get(hash),
  });
  const hashes = new Map(outcomes.map(({ decisionId, replayed: hash }) => [decisionId, hash]));
  const journal = entriesOf(into).map((entry) =>
    JSON.stringify({ ...entry, outcome: { ...entry.outcome, hash: hashes.get(entry.decisionId) } }),
  );
  return { ...into, journal };
};

const run = (playbook: Playbook, cases: readonly Case[]): Recorded => {
  const into = recorded();
  const [score, route] = stages;
  for (const one of cases) {
    const counts = playbookOfCase(playbook, one);
    if (!score || !route) return into;
    const scored = decided(into, score, { playbook: counts, event: inquiryOfCase(one), facts: readingOf(one) });
    decided(into, route, { playbook: counts, event: scored as { readonly inquiryId: string }, facts: null });
  }
  return hashed(into);
};

const replayed = (recording: Recorded, change: (playbook: Playbook) => Playbook = (same) => same) =>
  replayDecisions(entriesOf(recording), {
    stages,
    fetchInput: fetchedFrom(recording),
    playbookFor: (hash) => change(parsePlaybook(JSON.parse(recording.versions.get(hash) ?? 'null'))),
  });

describe.each(playbooks.map(({ playbook }) => ({ name: playbook.name, playbook })))(
  'the journal of $name',
  ({ name, playbook }) => {
    const { cases } = readCases(readFileSync(join(root, name, 'fixtures', 'cases.yaml'), 'utf8'));
    const journal = run(playbook, cases);

    it('decided again gives no difference', () => {
      expect(journal.journal).toHaveLength(cases.length * stages.length);
      expect(replayed(journal)).toEqual([]);
    });

    it('decided again by another version shows every decision that it changes', () => {
      const others = replayed(journal, (same) => ({
        ...same,
        routes: same.routes.map((route) => ({ ...route, queue: `${route.queue}-elsewhere` })),
      }));
      expect(others.filter(({ stage }) => stage === 'follow-conversation')).toHaveLength(cases.length);
    });
  },
);
