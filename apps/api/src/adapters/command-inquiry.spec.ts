import { headerNames, inquiryCommand } from '@sluice/contracts';
import { parsePlaybook } from '@sluice/policy';
import type { ProducedRecord } from '@sluice/stage';
import { onePlaybook, plainCodec } from '@sluice/stage/testing';
import { describe, expect, it } from 'vitest';
import { createCommands, type CommandOrder } from './command-inquiry.ts';

const inquiryId = '11111111-1111-5111-8111-111111111111';
const conversationId = '22222222-2222-5222-8222-222222222222';
const hash = 'b'.repeat(64);
const routed = [
  { topic: 'decision.journal.v1', at: '', eventId: 'a', data: { stage: 'route-inquiry', playbook: hash } },
  { topic: 'inquiry.routed.v1', at: '', eventId: 'b', data: { conversationId } },
];
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

const commands = (events: typeof routed = routed) => {
  const published: ProducedRecord[] = [];
  const give = createCommands({
    model: { events: async () => events },
    codec: plainCodec(),
    playbooks: onePlaybook(playbook, hash),
    transport: {
      publish: async (records) => {
        published.push(...records);
      },
    },
  }).give;
  return { give, published };
};
const order = (command: CommandOrder['command']): CommandOrder => ({
  inquiryId,
  command,
  by: 'console',
  why: null,
  at: '2026-01-05T09:00:00.000Z',
});

describe('a command', () => {
  it('goes onto the log under its conversation, by the playbook the inquiry began with', async () => {
    const { give, published } = commands();
    const result = await give(order({ do: 'claim', owner: 'ada' }));
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

  it('pauses for a reason of the playbook, and for no other', async () => {
    const { give, published } = commands();
    expect(await give(order({ do: 'pause', reason: 'lunch', until: null }))).toEqual({
      kind: 'unknown-reason',
      reasons: ['waiting', 'holiday'],
    });
    expect(published).toEqual([]);
    expect((await give(order({ do: 'pause', reason: 'waiting', until: null }))).kind).toBe('accepted');
  });

  it('about what was never routed is refused', async () => {
    const { give, published } = commands([]);
    expect(await give(order({ do: 'close' }))).toEqual({ kind: 'unknown-inquiry' });
    expect(published).toEqual([]);
  });
});
