import { headerNames, inquiryCommand, poolCommand } from '@sluice/contracts';
import { parsePlaybook } from '@sluice/policy';
import type { ProducedRecord } from '@sluice/stage';
import { onePlaybook, plainCodec } from '@sluice/stage/testing';
import { describe, expect, it } from 'vitest';
import { createCommands, type InquiryOrder } from './commands.ts';
import type { InquiryWithEffects } from './read-model.ts';

const inquiryId = '11111111-1111-5111-8111-111111111111';
const conversationId = '22222222-2222-5222-8222-222222222222';
const hash = 'b'.repeat(64);
const routed = { inquiryId, conversationId, playbook: hash, queue: 'all' } as InquiryWithEffects;
const playbook = parsePlaybook({
  name: 'test',
  description: 'For tests.',
  taxonomy: { categories: [{ name: 'lead', priority: 'normal' }], fallback: 'lead', priorities: ['normal'] },
  model: { small: { name: 'small', inputPerMillionUsd: 0, outputPerMillionUsd: 0 }, dailyBudgetUsd: 0 },
  gates: { reviewBelow: 0.5 },
  sla: { pauses: { waiting: {}, holiday: {} } },
  routes: [{ id: 'all', when: 'true', queue: 'all' }],
  sinks: { slack: { mode: 'off', otherwise: '#all' } },
  retention: { rawDays: 30 },
});

const commands = (found: InquiryWithEffects | null = routed) => {
  const published: ProducedRecord[] = [];
  const { toInquiry, toPool } = createCommands({
    model: { inquiry: async () => found },
    codec: plainCodec(),
    playbooks: onePlaybook(playbook, hash),
    transport: {
      publish: async (records) => {
        published.push(...records);
      },
    },
  });
  return { toInquiry, toPool, published };
};
const order = (command: InquiryOrder['command']): InquiryOrder => ({
  inquiryId,
  command,
  by: 'console',
  why: null,
  at: '2026-01-05T09:00:00.000Z',
});

describe('a command', () => {
  it('goes onto the log under its conversation, by the playbook the inquiry began with', async () => {
    const { toInquiry, published } = commands();
    const result = await toInquiry(order({ do: 'claim', owner: 'ada' }));
    expect(result.kind).toBe('accepted');
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({
      topic: 'inquiry.command.v1',
      key: conversationId,
      headers: { [headerNames.playbook]: hash, [headerNames.subject]: inquiryId },
    });
    expect(inquiryCommand.v1.parse(JSON.parse(String(published[0]?.value)))).toMatchObject({
      command: { do: 'claim', owner: 'ada' },
      by: 'console',
    });
  });

  it('pauses for a reason of the playbook, and for no other, whatever it is called', async () => {
    const { toInquiry, published } = commands();
    for (const reason of ['lunch', 'constructor', '__proto__', 'toString'])
      expect([reason, await toInquiry(order({ do: 'pause', reason, until: null }))]).toEqual([
        reason,
        { kind: 'unknown-reason', reasons: ['waiting', 'holiday'] },
      ]);
    expect(published).toEqual([]);
    expect((await toInquiry(order({ do: 'pause', reason: 'waiting', until: null }))).kind).toBe('accepted');
  });

  it.each([
    { what: 'nobody knows', found: null },
    { what: 'is not routed yet', found: { ...routed, queue: null } },
    { what: 'is not normalized yet', found: { ...routed, queue: null, conversationId: null, playbook: null } },
  ])('about what $what is refused', async ({ found }) => {
    const { toInquiry, published } = commands(found);
    expect(await toInquiry(order({ do: 'close' }))).toEqual({ kind: 'unknown-inquiry' });
    expect(published).toEqual([]);
  });
});

describe('a command to a pool', () => {
  it('goes onto the log under its pool, the same for the same key', async () => {
    const { toPool, published } = commands();
    const command = poolCommand.v1.parse({
      brand: 'default',
      pool: 'sales',
      command: { do: 'release', inquiryId },
      by: 'console',
      why: 'done',
      orderedAt: '2026-11-17T09:00:00.000Z',
    });
    const first = await toPool(command, 'click-1');
    expect(await toPool(command, 'click-1')).toEqual(first);
    expect(await toPool(command, 'click-2')).not.toEqual(first);
    expect(published.map(({ topic, key, headers }) => [topic, key, headers[headerNames.subject]])).toEqual(
      Array.from({ length: 3 }, () => ['pool.command.v1', 'sales', inquiryId]),
    );
  });
});
