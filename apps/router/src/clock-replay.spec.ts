import { decisionJournal, slaClockMoved, slaSignalled } from '@sluice/contracts';
import { uuidV5, type ConversationId, type InquiryId } from '@sluice/kernel';
import { replayDecisions, type AnyStage } from '@sluice/stage';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runClocks } from './stages/run-clocks.stage.ts';
import { aSignal, wrote } from './testing/a-signal.ts';
import { clockBench, noTimers, type ClockBench } from './testing/clock-bench.ts';
import { aClockPlaybook } from './testing/clock-playbook.ts';

const playbook = aClockPlaybook(600, {
  calendars: {
    office: {
      zone: 'Europe/Berlin',
      week: { monday: ['09:00-12:00', '13:00-17:00'], tuesday: ['09:00-17:00'] },
      holidays: [{ date: '01-06', name: 'Epiphany' }],
    },
  },
  sla: {
    disturb: 'office',
    clocks: { followup: { stops: ['replied'], restarts: true, ladder: 'ladder', calendar: 'office' } },
  },
});
// The runner's view of a stage, as a replay takes it.
const stages = [runClocks] as readonly unknown[] as readonly AnyStage[];
const ids = (n: number) => ({
  conversationId: uuidV5('replay', String(n)) as ConversationId,
  inquiryId: uuidV5('inquiry', String(n)) as InquiryId,
});
const at = (hour: string, day = '05') => `2026-01-${day}T${hour}:00:00.000Z`;

let bench: ClockBench;
beforeEach(async () => {
  bench = await clockBench({ playbook, timers: noTimers });
});
afterEach(() => bench.close());

it('clocks are decided again from their journal without a single difference, and by another playbook with some', async () => {
  const signals = Array.from({ length: 20 }, (_, n) => [
    wrote(at('08'), 'any', ids(n)),
    ...(n % 2
      ? [
          aSignal(at('10'), { kind: 'paused', reason: 'waiting', until: null }, ids(n)),
          aSignal(at('14'), { kind: 'resumed' }, ids(n)),
        ]
      : []),
    ...(n % 3 ? [aSignal(at('15'), { kind: 'replied' }, ids(n)), wrote(at('16'), 'any', ids(n))] : []),
    aSignal(at('20', '20'), { kind: 'time-came', clock: 'followup' }, ids(n)),
  ]).flat();
  await bench.say(...signals);
  await eventually(() => expect(bench.heard(decisionJournal.v1)).toHaveLength(signals.length));
  const inputs = new Map(
    bench
      .records(slaSignalled.v1.type)
      .map(({ partition, offset, value }) => [`${partition}/${offset}`, JSON.parse(String(value)) as unknown]),
  );
  const replay = (by: unknown) =>
    replayDecisions(bench.heard(decisionJournal.v1), {
      stages,
      fetchInput: ({ partition, offset }) => inputs.get(`${partition}/${offset}`),
      playbookFor: () => by,
    });
  expect(replay(playbook)).toEqual([]);
  expect(replay(aClockPlaybook(1)).length).toBeGreaterThan(0);
  expect(bench.heard(slaClockMoved.v1).length).toBeGreaterThan(signals.length / 2);
});
