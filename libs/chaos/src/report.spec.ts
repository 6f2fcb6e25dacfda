import { describe, expect, it } from 'vitest';
import { faultTable, hasFailed, summaryOf } from './report.ts';
import type { ChaosReport } from './run-chaos.ts';

const span = { from: 0, to: 0 };
const struck = (round: string, failure: string | null = null) => ({
  round,
  kinds: [round === 'poison' ? 'poison' : 'broker'] as const,
  faults: [round],
  span,
  seconds: 1,
  failure,
});

const aRun = (violations: ChaosReport['findings'][number]['violations'] = []): ChaosReport => ({
  seed: 1,
  brokers: 3,
  minutes: 20.04,
  struck: [struck('broker killed'), struck('broker killed'), struck('poison')],
  skipped: [],
  rest: struck('coming to rest'),
  acknowledged: [
    { inquiryId: 'one', round: 'poison' },
    { inquiryId: 'two', round: 'broker killed' },
  ],
  findings: [{ invariant: 'nothing lost', checked: 2, violations, repeats: '3 repeated' }],
});
const lost = [
  { inquiryId: 'one', what: 'is gone' },
  { inquiryId: null, what: 'is odd' },
];

describe('the table of faults by invariants', () => {
  it('adds runs up, and lays each violation at the door of what went wrong when its inquiry came in', () => {
    expect(faultTable([aRun(), aRun(lost)]).split('\n')).toEqual([
      '| fault | runs | times | nothing lost |',
      '| --- | --: | --: | --: |',
      '| broker killed | 2 | 4 | 0 |',
      '| poison | 2 | 2 | 1 |',
      '| the run as a whole | 2 |  | 1 |',
      '| **checked** |  |  | 4 |',
    ]);
  });
});

describe('a run', () => {
  it('has failed when anything is violated, could not be struck, or was not looked at', () => {
    expect(hasFailed(aRun())).toBe(false);
    expect(hasFailed(aRun(lost))).toBe(true);
    expect(hasFailed({ ...aRun(), struck: [struck('poison', 'not there')] })).toBe(true);
    expect(hasFailed({ ...aRun(), rest: struck('coming to rest', 'not there') })).toBe(true);
    expect(hasFailed({ ...aRun(), findings: [{ invariant: 'nothing lost', checked: 0, violations: [] }] })).toBe(true);
  });

  it('is summed up in a line for each invariant, and one for each fault that could not be struck', () => {
    expect(summaryOf({ ...aRun(lost), struck: [struck('poison', 'not there')] })).toEqual([
      'seed 1, 3 brokers, 20.0 minutes: 1 rounds of faults, 2 inquiries acknowledged, each sent three times',
      'kinds of faults struck: poison 1×',
      '✘ nothing lost: 2 violations, 2 checked (3 repeated)',
      '✘ poison: not there',
    ]);
  });

  it('says which rounds were left out for want of time, and has not failed by that', () => {
    const report = { ...aRun(), skipped: ['broker frozen'] };
    expect(hasFailed(report)).toBe(false);
    expect(summaryOf(report).slice(1, 3)).toEqual([
      'kinds of faults struck: broker 2×, poison 1×',
      '1 of 4 rounds were left out, as there was no time for them, and their kinds had been struck: broker frozen',
    ]);
  });
});
