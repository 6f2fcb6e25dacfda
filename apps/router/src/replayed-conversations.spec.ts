import { conversationDue, inquiryCommand, inquiryScored, slaClocksMoved, type DomainEvent } from '@sluice/contracts';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { conversationIdOf, inquiryIdOf } from './testing/a-request.ts';
import { aRouter, type Router } from './testing/a-router.ts';
import { aScored } from './testing/a-scored.ts';
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
const at = (hour: string, day = '05') => `2026-01-${day}T${hour}:00:00.000Z`;
const wrote = (talk: string, name: string, hour: string) =>
  inquiryScored.v1.of(aScored(name, { conversation: talk, receivedAt: at(hour) }));
const said = (talk: string, command: object, hour: string) =>
  inquiryCommand.v1.of(
    inquiryCommand.v1.parse({
      inquiryId: inquiryIdOf(talk),
      conversationId: conversationIdOf(talk),
      command,
      by: 'ada',
      why: null,
      at: at(hour),
    }),
  );

let world: Router;
beforeEach(async () => {
  world = aRouter(playbook);
  await world.run(1);
});
afterEach(() => world.close());

it('conversations are decided again from their journal without a single difference, and by another playbook with some', async () => {
  const rounds = Array.from({ length: 20 }, (_, n) => {
    const talk = `talk ${n}`;
    const events: readonly (readonly DomainEvent[])[] = [
      [wrote(talk, talk, '08')],
      n % 2 ? [said(talk, { do: 'pause', reason: 'waiting', until: null }, '10')] : [],
      n % 2 ? [said(talk, { do: 'resume' }, '14')] : [],
      n % 3 ? [said(talk, { do: 'reply' }, '15')] : [],
      n % 3 ? [wrote(talk, `${talk} again`, '16')] : [],
      [
        conversationDue.v1.of({
          conversationId: conversationIdOf(talk),
          inquiryId: inquiryIdOf(talk),
          dueAt: at('20', '20'),
        }),
      ],
    ];
    return events;
  });
  let sent = 0;
  for (const round of [0, 1, 2, 3, 4, 5]) {
    const events = rounds.flatMap((of) => of[round] ?? []);
    sent += events.length;
    await world.send(events);
    await eventually(() => expect(world.journal()).toHaveLength(sent));
  }
  expect([world.replay(), world.deadLetters()]).toEqual([[], []]);
  expect(world.replay(aClockPlaybook(1)).length).toBeGreaterThan(0);
  expect(world.read(slaClocksMoved.v1).length).toBeGreaterThan(sent / 2);
});
