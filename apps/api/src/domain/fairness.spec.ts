import {
  inquiryAssigned,
  poolChanged,
  poolCommand,
  type AssignmentRequested,
  type DomainEvent,
  type PoolCommand,
  type PoolDue,
} from '@sluice/contracts';
import { assignOwner } from '@sluice/router';
import { stageSpec } from '@sluice/stage/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPool } from '../../../router/src/testing/a-pool.ts';
import { aPlaybookWith, aRequest, inquiryIdOf, needing } from '../../../router/src/testing/a-request.ts';
import type { AssignmentState } from '../../../router/src/domain/pool/pool-state.ts';
import { FairnessTally, type PoolEvent } from './fairness.ts';

const playbook = aPlaybookWith({
  sales: aPool([
    { key: 'ada', weight: 2, capacity: 5 },
    { key: 'grace', capacity: 5, skills: ['german'] },
    { key: 'linus', capacity: 5 },
  ]),
});

const NOW = '2026-01-05T09:00:00.000Z';

/** Everything a pool says of itself while it is given these, its own commands among them. */
const play = (inputs: readonly (AssignmentRequested | PoolCommand)[]) => {
  let memory: Readonly<Record<string, AssignmentState>> = {};
  const said: PoolEvent[] = [];
  const pool = () => {
    const found = memory['default/sales'];
    return found?.kind === 'pool' ? found : undefined;
  };
  const queue: (AssignmentRequested | PoolCommand | PoolDue)[] = [...inputs];
  for (let input = queue.shift(); input; input = queue.shift()) {
    const { outcome } = stageSpec(assignOwner, playbook)(input, memory).when(
      { roster: 'test', remembersContacts: false },
      { now: NOW },
    );
    memory = { ...memory, ...('remember' in outcome ? (outcome.remember as typeof memory) : {}) };
    for (const { type, data } of (outcome.kind === 'emit' ? outcome.events : []) as readonly DomainEvent[]) {
      if (type === inquiryAssigned.v1.type) said.push({ type: 'assigned', event: inquiryAssigned.v1.parse(data) });
      if (type === poolChanged.v1.type) said.push({ type: 'changed', event: poolChanged.v1.parse(data) });
      if (type === poolCommand.v1.type) queue.unshift(poolCommand.v1.parse(data));
    }
    if (pool()?.dueAt === NOW) queue.unshift({ brand: 'default', pool: 'sales', dueAt: NOW });
  }
  return { statement: new FairnessTally().add(said).statement(), pool: pool() };
};

const command = (what: PoolCommand['command']): PoolCommand => ({
  brand: 'default',
  pool: 'sales',
  command: what,
  by: 'ops',
  why: null,
  orderedAt: '2026-01-05T10:00:00.000Z',
});
const request = (at: number, skills: readonly string[] = []): AssignmentRequested =>
  aRequest(`i${at}`, {
    ...needing(...skills),
  });
const owner = fc.constantFrom('ada', 'grace', 'linus');
const input = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ at: fc.nat({ max: 60 }), german: fc.boolean() })
      .map(({ at, german }) => request(at, german ? ['german'] : [])),
  },
  {
    weight: 3,
    arbitrary: fc.nat({ max: 60 }).map((at) => command({ do: 'release', inquiryId: inquiryIdOf(`i${at}`) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(owner, fc.nat({ max: 60 }))
      .map(([key, at]) => command({ do: 'claim', owner: key, inquiryId: inquiryIdOf(`i${at}`) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(owner, fc.constantFrom('skip' as const, 'credit' as const))
      .map(([key, what]) => command({ do: what, owner: key, turns: 1 })),
  },
  { weight: 1, arbitrary: owner.map((key) => command({ do: 'leave', owner: key, until: null })) },
  { weight: 1, arbitrary: owner.map((key) => command({ do: 'return', owner: key })) },
);

describe('the statement of a pool', () => {
  it('says what each should have had, had, and why that differs', () => {
    const { statement } = play([
      request(1),
      request(2),
      request(3),
      request(4),
      command({ do: 'leave', owner: 'linus', until: null }),
      request(5),
      request(6, ['german']),
    ]);
    expect(statement.assigned).toBe(6);
    const of = (key: string) => statement.owners.find((one) => one.owner === key);
    expect(of('ada')).toMatchObject({
      weight: 2,
      byWeight: 3,
      received: 3,
      lost: [{ because: 'skill german missing', times: 1, share: 0.5 }],
    });
    expect(of('linus')).toMatchObject({
      byWeight: 1.5,
      received: 1,
      entitled: 1,
      lost: [{ because: 'left', times: 2, share: 0.5 }],
    });
    expect(of('grace')?.entitled).toBeCloseTo(1 + 1 / 3 + 1);
    expect(of('grace')?.by).toEqual({ rotation: 1, 'only-one': 1 });
  });

  it('leaves nothing unexplained: what is owed by it is what the pool remembers as owed', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 80 }), (inputs) => {
        const { statement, pool } = play(inputs);
        for (const one of statement.owners) {
          expect(one.owed).toBeCloseTo((pool?.owners[one.owner]?.credit ?? 0) / 1e9, 5);
          expect(one.byWeight + one.gained - one.lost.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(
            one.entitled,
            6,
          );
        }
      }),
      { numRuns: 80 },
    );
  });
});
