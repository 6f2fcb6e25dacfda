import type { SlaTerms } from '@sluice/policy';
import { describe, expect, it } from 'vitest';
import { aSignal, wrote as wroteWith } from '../../testing/a-signal.ts';
import { officeHours, someTerms } from '../../testing/terms.ts';
import { dueOf, nextMoment, type Happening } from './clock.ts';
import { foldClocks, type Clocks, type Heard } from './fold-clocks.ts';

/** Monday. */
const at = (time: string, day = '05'): string => `2026-01-${day}T${time}:00.000Z`;
const cameAt = (time: string, day = '05') => aSignal(at(time, day), { kind: 'time-passed' }, 'timer');
/** A message, with whatever promises a test is about. */
const wrote = (moment: string): Heard => wroteWith(moment, [someTerms()]);

const told = (happening: Happening): string => {
  switch (happening.kind) {
    case 'moved':
      return `${happening.change} by ${happening.because}`;
    case 'at-risk':
      return `at risk ${happening.share}`;
    case 'breached':
      return `breached ${happening.dueAt.slice(11, 16)}`;
    case 'step-reached':
      return `step ${happening.step.id}`;
  }
};

const run = (heard: readonly Heard[], terms = [someTerms()], from: Clocks = {}) => {
  let clocks = from;
  const seen = heard.map((one) => {
    const folded = foldClocks(
      clocks,
      one.signal.kind === 'customer-wrote' ? { ...one, signal: { ...one.signal, terms } } : one,
    );
    clocks = folded.clocks;
    return folded.happened.map(told);
  });
  return { clocks, seen, last: seen.at(-1) ?? [], clock: clocks['followup'] };
};
const replied = (time: string, day?: string) => aSignal(at(time, day), { kind: 'replied' });

describe('a clock', () => {
  it('starts with the message of a customer and is due by its calendar', () => {
    const { clock, last } = run([wrote(at('16:00'))], [someTerms({ calendar: officeHours })]);
    expect(last).toEqual(['started by customer-wrote']);
    expect(clock && [dueOf(clock), nextMoment(clock)]).toEqual([
      '2026-01-07T10:00:00.000Z',
      '2026-01-06T15:00:00.000Z',
    ]);
  });

  it('is at risk at 70 % and 90 %, breaches at the whole, and climbs its ladder (T-06)', () => {
    const { seen, clock } = run([
      wrote(at('00:00')),
      cameAt('07:00'),
      cameAt('09:00'),
      cameAt('10:00'),
      cameAt('20:00'),
    ]);
    expect(seen.slice(1)).toEqual([
      ['at risk 0.7'],
      ['at risk 0.9', 'step owner'],
      ['breached 10:00', 'step manager'],
      ['step forgotten'],
    ]);
    expect(clock && nextMoment(clock)).toBeNull();
  });

  it('misses nothing when nobody woke it, and says it in order', () => {
    expect(run([wrote(at('00:00')), cameAt('12:00')]).last).toEqual([
      'at risk 0.7',
      'at risk 0.9',
      'step owner',
      'breached 10:00',
      'step manager',
    ]);
  });

  it('says nothing twice, however often it is woken', () => {
    const { seen } = run([wrote(at('00:00')), cameAt('10:00'), cameAt('10:00'), cameAt('09:00'), cameAt('11:00')]);
    expect(seen.slice(2)).toEqual([[], [], []]);
  });
});

describe('an answer', () => {
  it('stops it: nothing is at risk and nobody is told any more (T-07)', () => {
    const { seen, clock } = run([wrote(at('00:00')), replied('03:00'), cameAt('10:00'), cameAt('23:00')]);
    expect(seen.slice(1)).toEqual([['stopped by replied'], [], []]);
    expect(clock).toMatchObject({ status: 'stopped', result: 'met', spentMs: 3 * 3_600_000 });
  });

  it('in the last moment is in time, and a moment later is not', () => {
    expect(run([wrote(at('00:00')), cameAt('09:00'), replied('10:00')])).toMatchObject({
      last: ['stopped by replied'],
      clock: { result: 'met' },
    });
    expect(run([wrote(at('00:00')), cameAt('09:00'), replied('10:01')])).toMatchObject({
      last: ['breached 10:00', 'step manager', 'stopped by replied'],
      clock: { result: 'missed' },
    });
  });

  it('that is heard of late takes the breach back', () => {
    const { seen, clock, clocks } = run([wrote(at('00:00')), cameAt('10:00'), replied('09:59')]);
    expect(seen[2]).toEqual(['stopped by replied']);
    expect(clock).toMatchObject({ result: 'met', breachedAt: null });
    expect(foldClocks(clocks, replied('09:59')).happened).toEqual([]);
  });

  it('from before the customer wrote answers nothing', () => {
    expect(run([wrote(at('06:00')), replied('05:00')]).clock?.status).toBe('running');
  });
});

describe('a further message of the customer', () => {
  it('starts a stopped clock anew, with the whole time (T-07)', () => {
    const { seen, clock } = run([
      wrote(at('00:00')),
      replied('03:00'),
      wrote(at('05:00')),
      cameAt('12:00'),
      cameAt('15:00'),
    ]);
    expect(seen.slice(2)).toEqual([
      ['restarted by customer-wrote'],
      ['at risk 0.7'],
      ['at risk 0.9', 'step owner', 'breached 15:00', 'step manager'],
    ]);
    expect(clock?.startedAt).toBe(at('05:00'));
  });

  it('leaves one alone that has not been answered: asking again may not make one wait longer', () => {
    const { last, clock } = run([wrote(at('00:00')), wrote(at('05:00'))]);
    expect([last, clock?.startedAt]).toEqual([[], at('00:00')]);
  });

  it('that promises more takes its place', () => {
    const { clocks } = run([wrote(at('00:00'))]);
    const { last, clock } = run([wrote(at('05:00'))], [someTerms({ budgetMs: 3_600_000 })], clocks);
    expect(last).toEqual(['tightened by customer-wrote']);
    expect(clock && dueOf(clock)).toBe(at('06:00'));
  });

  it('ends a pause', () => {
    const { seen, clock } = run([
      wrote(at('00:00')),
      aSignal(at('01:00'), { kind: 'paused', reason: 'waiting', until: null }),
      wrote(at('05:00')),
    ]);
    expect(seen.slice(1)).toEqual([['paused by waiting'], ['resumed by customer-wrote']]);
    expect(clock && dueOf(clock)).toBe(at('14:00'));
  });

  it('does not restart what was answered after it was sent, or what never restarts', () => {
    expect(run([wrote(at('00:00')), replied('03:00'), wrote(at('02:00'))]).last).toEqual([]);
    expect(
      run([wrote(at('00:00')), replied('03:00'), wrote(at('05:00'))], [someTerms({ restarts: false })]).last,
    ).toEqual([]);
  });
});

describe('a pause', () => {
  const paused = (time: string, reason = 'waiting', until: string | null = null) =>
    aSignal(at(time), { kind: 'paused', reason, until });

  it('stands outside the time promised', () => {
    const { seen, clock } = run([
      wrote(at('00:00')),
      paused('04:00'),
      cameAt('08:00'),
      aSignal(at('10:00'), { kind: 'resumed' }),
    ]);
    expect(seen.slice(2)).toEqual([[], ['resumed by resumed']]);
    expect(clock && [dueOf(clock), clock.spentMs]).toEqual([at('16:00'), 4 * 3_600_000]);
  });

  it('ends by itself when its reason has an end, or at the moment that was named', () => {
    expect(run([wrote(at('00:00')), paused('04:00', 'briefly'), cameAt('06:00')]).last).toEqual([
      'resumed by pause-over',
    ]);
    expect(run([wrote(at('00:00')), paused('04:00', 'waiting', at('05:00')), cameAt('05:00')]).last).toEqual([
      'resumed by pause-over',
    ]);
    expect(run([wrote(at('00:00')), paused('04:00', 'briefly', at('20:00')), cameAt('06:00')]).last).toEqual([
      'resumed by pause-over',
    ]);
  });

  it('is refused without a reason of the playbook, and to a clock that never stands still', () => {
    expect(run([wrote(at('00:00')), paused('04:00', 'lunch')]).last).toEqual([]);
    expect(run([wrote(at('00:00')), paused('04:00')], [someTerms({ pausable: false })]).last).toEqual([]);
  });

  it('of what is due already changes nothing about that', () => {
    expect(run([wrote(at('00:00')), paused('11:00')]).last).toEqual([
      'at risk 0.7',
      'at risk 0.9',
      'step owner',
      'breached 10:00',
      'step manager',
      'paused by waiting',
    ]);
  });
});

describe('the end', () => {
  it('of a conversation that was closed in time is neither kept nor missed', () => {
    expect(run([wrote(at('00:00')), aSignal(at('04:00'), { kind: 'closed' })])).toMatchObject({
      last: ['stopped by closed'],
      clock: { result: 'ended' },
    });
    expect(run([wrote(at('00:00')), aSignal(at('12:00'), { kind: 'closed' })]).clock).toMatchObject({
      result: 'missed',
    });
  });
});

it('a wait of two thousand years is reckoned in a moment, and said to be one of a century', () => {
  const { clock, last } = run([wrote('0001-01-01T00:00:00.000Z'), replied('03:00')]);
  expect([last.at(-1), clock?.spentMs]).toEqual(['stopped by replied', 100 * 365.25 * 86_400_000]);
});

describe('people', () => {
  const quietly = (over: Partial<SlaTerms> = {}) => [someTerms({ disturb: officeHours, ...over })];

  it('are not told at midnight, but in the morning (T-08)', () => {
    const { seen } = run(
      [wrote(at('16:00')), cameAt('23:00'), cameAt('01:00', '06'), cameAt('02:00', '06'), cameAt('09:00', '06')],
      quietly(),
    );
    expect(seen.slice(1)).toEqual([
      ['at risk 0.7'],
      ['at risk 0.9'],
      ['breached 02:00'],
      ['step owner', 'step manager'],
    ]);
  });

  it('are not told on a Sunday, but on Monday (T-08)', () => {
    const { clock, last } = run([wrote(at('12:00', '10')), cameAt('23:00', '10')], quietly());
    expect(last).toEqual(['at risk 0.7', 'at risk 0.9', 'breached 22:00']);
    expect(clock?.deferred.map(({ until }) => until)).toEqual([at('09:00', '12'), at('09:00', '12')]);
  });

  it('are told at any hour what the ladder calls urgent (T-08)', () => {
    const urgent = someTerms().steps.map((step) => ({ ...step, urgent: step.id === 'manager' }));
    expect(run([wrote(at('16:00')), cameAt('02:00', '06')], quietly({ steps: urgent })).last).toEqual([
      'at risk 0.7',
      'at risk 0.9',
      'breached 02:00',
      'step manager',
    ]);
  });

  it('are not told in the morning what was answered in the night', () => {
    expect(
      run(
        [wrote(at('16:00')), cameAt('02:00', '06'), replied('07:00', '06'), cameAt('09:00', '06')],
        quietly(),
      ).seen.slice(2),
    ).toEqual([['stopped by replied'], []]);
  });

  it('who take it themselves keep the promise, where the playbook says so', () => {
    expect(
      run(
        [wrote(at('00:00')), aSignal(at('00:01'), { kind: 'claimed' }, 'grace')],
        [someTerms({ stops: ['claimed', 'replied'] })],
      ).last,
    ).toEqual(['stopped by claimed']);
    expect(run([wrote(at('00:00')), aSignal(at('00:01'), { kind: 'claimed' }, 'grace')]).last).toEqual([]);
  });
});

it('the order in which clocks are remembered changes nothing', () => {
  const promised = ['followup', 'first_human', 'acknowledgement'].map((clock) =>
    someTerms({ clock, stops: ['replied'] }),
  );
  const { clocks } = run([wrote(at('00:00'))], promised);
  const turned = Object.fromEntries(Object.entries(clocks).reverse());
  const after = (from: Clocks) =>
    foldClocks(from, replied('12:00')).happened.map((one) => `${one.clock.terms.clock} ${told(one)}`);
  expect(after(turned)).toEqual(after(clocks));
});
