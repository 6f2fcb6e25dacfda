import type { DomainEvent } from '@sluice/contracts';
import type { DecisionId, PlaybookHash } from '@sluice/kernel';
import { expect } from 'vitest';
import { LIST_FRONT, type ListPlace, type Memory, type Moment, type Stage } from '../define-stage.ts';
import type { Outcome } from '../outcome.ts';

const aMoment = <Playbook>(playbook: Playbook, over: Partial<Moment<Playbook>>): Moment<Playbook> => ({
  now: '2026-01-05T09:00:00.000Z',
  decisionId: '00000000-0000-5000-8000-000000000001' as DecisionId,
  playbook,
  playbookHash: '0'.repeat(64) as PlaybookHash,
  playbookOf: () => playbook,
  input: { topic: 'in', partition: 0, offset: '0' },
  ...over,
});

/** What a stage remembers, by key; the lists are made of what stands in them. */
const memoryOf = <State>(
  values: Readonly<Record<string, State>>,
  placeOf: ((value: State, key: string) => ListPlace | null) | undefined,
): Memory<State> => ({
  get: (key) => values[key],
  list: (name) => {
    const rows = Object.entries(values).flatMap(([key, value]) => {
      const place = placeOf?.(value, key) ?? null;
      return place?.list === name ? [{ key, value, ...place }] : [];
    });
    return [...Map.groupBy(rows, ({ group }) => group)].map(([group, of]) => ({
      group,
      rows: of
        .sort((a, b) => (a.rank < b.rank ? -1 : 1))
        .slice(0, LIST_FRONT)
        .map(({ key, value }) => ({ key, value })),
      isWhole: of.length <= LIST_FRONT,
    }));
  },
});

type Expected<Data> = { readonly [K in keyof Data]?: unknown };

const expectations = (outcome: Outcome<DomainEvent>) => ({
  outcome,
  /** Each emitted event in order, matched partially by its data. */
  thenEmits: (...data: readonly Expected<Record<string, unknown>>[]) =>
    expect(outcome).toMatchObject({ kind: 'emit', events: data.map((one) => ({ data: one })) }),
  thenDrops: (reason: string) => expect(outcome).toMatchObject({ kind: 'drop', reason }),
  thenRejects: (reason: string) => expect(outcome).toMatchObject({ kind: 'reject', reason }),
  thenRemembers: (states: Readonly<Record<string, unknown>>) => expect(outcome).toMatchObject({ remember: states }),
});

/** given(event).when(facts).then…: the whole of a stage's behaviour, without I/O. */
export const stageSpec =
  <In, Ports, Facts, State, Playbook>(stage: Stage<In, Ports, Facts, State, Playbook>, playbook: Playbook) =>
  (event: In, remembered: Readonly<Record<string, State>> = {}) => ({
    when: (facts: Facts, moment: Partial<Moment<Playbook>> = {}) =>
      expectations(stage.decide(event, facts, memoryOf(remembered, stage.state?.placeOf), aMoment(playbook, moment))),
  });
