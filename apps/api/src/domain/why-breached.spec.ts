import {
  slaAtRisk,
  slaBreached,
  slaClocksMoved,
  slaEscalated,
  inquiryAssigned,
  type SlaClockMove,
} from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from './clock-history.ts';
import { storiesOf } from './why-breached.ts';

const HOUR = 3_600_000;
const at = (time: string) => `2026-01-05T${time}:00.000Z`;
const about = {
  inquiryId: '11111111-1111-5111-8111-111111111111',
  conversationId: '22222222-2222-5222-8222-222222222222',
};
const clock = { ...about, clock: 'first_human', queue: 'sales', owner: null };
const effectId = '44444444-4444-5444-8444-444444444444';

const move = (revision: number, over: Partial<SlaClockMove>): LoggedEvent => ({
  topic: slaClocksMoved.v1.type,
  data: {
    ...about,
    queue: 'sales',
    owner: null,
    moves: [
      {
        clock: 'first_human',
        revision,
        change: 'resumed',
        status: 'running',
        because: 'customer-wrote',
        by: 'timer',
        at: at('09:00'),
        minutes: 120,
        calendar: 'business',
        spentMs: 0,
        dueAt: at('11:00'),
        result: null,
        breachWithdrawn: false,
        ...over,
      },
    ],
  },
});
const started = move(1, { change: 'started', because: 'customer-wrote', by: 'follow-conversation' });
const risk: LoggedEvent = {
  topic: slaAtRisk.v1.type,
  data: { ...clock, share: 0.7, reachedAt: at('10:24'), dueAt: at('11:00'), noticedAt: at('10:24') },
};
const breach = (over: object = {}): LoggedEvent => ({
  topic: slaBreached.v1.type,
  data: { ...clock, minutes: 120, startedAt: at('09:00'), dueAt: at('11:00'), noticedAt: at('11:00'), ...over },
});
const step = (over: object = {}): LoggedEvent => ({
  topic: slaEscalated.v1.type,
  data: {
    ...clock,
    step: 'manager',
    share: 1,
    urgent: false,
    reachedAt: at('11:00'),
    escalatedAt: at('11:00'),
    told: [{ kind: 'slack.message', target: '#managers', effectId }],
    priority: null,
    ...over,
  },
});
const assigned = (owner: string | null, time: string): LoggedEvent => ({
  topic: inquiryAssigned.v1.type,
  data: {
    ...about,
    brand: 'default',
    pool: 'sales',
    owner,
    status: owner === null ? 'held' : 'assigned',
    considered: [],
    assignedAt: at(time),
  },
});
const stopped = (time: string, spent: number, over: Partial<SlaClockMove> = {}) =>
  move(9, {
    change: 'stopped',
    status: 'stopped',
    because: 'replied',
    by: 'ada',
    at: at(time),
    spentMs: spent * HOUR,
    dueAt: null,
    result: 'missed',
    ...over,
  });

const why = (events: readonly LoggedEvent[], effects: Parameters<typeof storiesOf>[1] = []) =>
  storiesOf(events, effects)[0]?.why.map(({ cause, text }) => `${cause}: ${text}`);

describe('why a promise was broken', () => {
  it('says that nobody owned it, and that nothing has happened', () => {
    expect(why([started, assigned(null, '09:01'), risk, breach()])).toEqual([
      'nobody-owned-it: Nobody was given it.',
      'never-answered: Nothing that keeps the promise has happened so far.',
    ]);
  });

  it('says who was given it too late, and by how much the answer was late', () => {
    expect(
      why([started, assigned(null, '09:01'), risk, assigned('ada', '10:30'), breach(), stopped('11:35', 2 + 35 / 60)]),
    ).toEqual([
      `owned-late: ada was given it at ${at('10:30')}, when it was at risk already (${at('10:24')}).`,
      `answered-late: It was replied by ada at ${at('11:35')}, 35 minutes of open time too late.`,
    ]);
    expect(why([started, risk, breach(), assigned('ada', '12:00')])?.[0]).toBe(
      `nobody-owned-it: Nobody had it when it was due; ada was given it at ${at('12:00')}.`,
    );
  });

  it('says nothing about the owner who had it in time', () => {
    expect(why([started, assigned('ada', '09:01'), risk, breach()])).toEqual([
      'never-answered: Nothing that keeps the promise has happened so far.',
    ]);
  });

  it('says whom a step did not reach, and whom it reached later', () => {
    expect(why([started, assigned('ada', '09:01'), breach(), step()], [{ effectId, state: 'refuted' }])?.[0]).toBe(
      'not-told: Step manager did not reach #managers: refuted.',
    );
    expect(
      why(
        [started, assigned('ada', '09:01'), breach(), step({ escalatedAt: at('13:00') })],
        [{ effectId, state: 'confirmed' }],
      )?.[0],
    ).toMatch(/^told-later: Step manager was reached at/);
  });

  it('says that the clocks heard of it late', () => {
    expect(why([started, assigned('ada', '09:01'), breach({ noticedAt: at('14:00') })])?.[0]).toBe(
      `heard-late: It was due at ${at('11:00')}, and noticed at ${at('14:00')}.`,
    );
  });

  it('says that it was none after all', () => {
    const [story] = storiesOf(
      [started, breach(), stopped('10:59', 2 - 1 / 60, { result: 'met', breachWithdrawn: true })],
      [],
    );
    expect([story?.breachedAt, story?.why.map(({ cause }) => cause)]).toEqual([null, ['withdrawn']]);
  });

  it('is empty for what was kept', () => {
    expect(why([started, stopped('10:00', 1, { result: 'met' })])).toEqual([]);
  });
});

describe('where the time went', () => {
  const paused = move(2, {
    change: 'paused',
    status: 'paused',
    because: 'waiting-for-customer',
    by: 'ada',
    at: at('10:00'),
    spentMs: HOUR,
    dueAt: null,
  });
  const resumed = move(3, {
    change: 'resumed',
    because: 'customer-wrote',
    at: at('15:00'),
    spentMs: HOUR,
    dueAt: at('16:00'),
  });

  it('adds up: counted, closed and paused', () => {
    const [story] = storiesOf([stopped('19:00', 3), resumed, started, paused, breach({ dueAt: at('16:00') })], []);
    expect(story).toMatchObject({
      openMinutes: 180,
      overdueMinutes: 60,
      pausedMinutes: 300,
      closedMinutes: 120,
      firstDueAt: at('11:00'),
      result: 'missed',
    });
    expect(
      story?.stretches.map(({ kind, because, minutes, openMinutes }) => [kind, because, minutes, openMinutes]),
    ).toEqual([
      ['counted', 'customer-wrote', 60, 60],
      ['paused', 'waiting-for-customer', 300, 0],
      ['counted', 'customer-wrote', 240, 120],
    ]);
  });

  it('goes on while the clock runs', () => {
    const [story] = storiesOf([started, risk], []);
    expect(story?.stretches).toEqual([
      { kind: 'counted', from: at('09:00'), to: null, minutes: null, openMinutes: 84, because: 'customer-wrote' },
    ]);
  });
});

it('tells each promise of an inquiry by itself, and each time it was started', () => {
  const again = move(3, { change: 'restarted', because: 'customer-wrote', at: at('12:00') });
  const other = move(1, { change: 'started', clock: 'acknowledgement' });
  const stories = storiesOf(
    [
      started,
      move(2, { change: 'stopped', status: 'stopped', at: at('10:00'), result: 'met', because: 'replied' }),
      again,
      other,
    ],
    [],
  );
  expect(stories.map((story) => [story.clock, story.startedAt, story.result])).toEqual([
    ['first_human', at('09:00'), 'met'],
    ['first_human', at('12:00'), null],
    ['acknowledgement', at('09:00'), null],
  ]);
});
