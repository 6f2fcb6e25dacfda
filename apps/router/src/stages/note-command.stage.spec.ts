import { inquiryCommand, type InquiryCommand } from '@sluice/contracts';
import { stageSpec } from '@sluice/stage/testing';
import { expect, it } from 'vitest';
import { aClockPlaybook } from '../testing/clock-playbook.ts';
import { noteCommand } from './note-command.stage.ts';

const given = stageSpec(noteCommand, aClockPlaybook(1));
const asked = (command: InquiryCommand['command']): InquiryCommand =>
  inquiryCommand.v1.parse({
    inquiryId: '11111111-1111-5111-8111-111111111111',
    conversationId: '22222222-2222-5222-8222-222222222222',
    command,
    by: 'demo',
    why: null,
    at: '2026-01-05T09:00:00.000Z',
  });

it.each([
  { command: { do: 'acknowledge' }, signal: { kind: 'acknowledged' } },
  { command: { do: 'reply' }, signal: { kind: 'replied' } },
  { command: { do: 'claim', owner: 'ada' }, signal: { kind: 'claimed', owner: 'ada' } },
  {
    command: { do: 'pause', reason: 'waiting', until: null },
    signal: { kind: 'paused', reason: 'waiting', until: null },
  },
  { command: { do: 'resume' }, signal: { kind: 'resumed' } },
  { command: { do: 'close' }, signal: { kind: 'closed' } },
] as const)('$command.do is heard by the clocks, with who said it and when', ({ command, signal }) => {
  const { outcome } = given(asked(command)).when(null);
  expect(outcome).toMatchObject({
    kind: 'emit',
    events: [
      { key: '22222222-2222-5222-8222-222222222222', data: { signal, by: 'demo', at: '2026-01-05T09:00:00.000Z' } },
    ],
  });
});
