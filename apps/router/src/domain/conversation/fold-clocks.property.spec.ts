import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aSignal, wrote } from '../../testing/a-signal.ts';
import { officeHours, someTerms } from '../../testing/terms.ts';
import type { SlaTerms } from '@sluice/policy';
import type { Happening } from './clock.ts';
import { foldClocks, type Clocks, type Heard } from './fold-clocks.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-01-05T00:00:00.000Z');
const at = (minute: number): string => new Date(START + minute * MINUTE).toISOString();
const BUDGET = 100;
const END = 1_000;

type What = 'wrote' | 'replied' | 'paused' | 'resumed' | 'closed' | 'came';
interface Said {
  readonly minute: number;
  readonly what: What;
}

const terms = someTerms({ budgetMs: BUDGET * MINUTE });

const toSignal = ({ minute, what }: Said, promised: SlaTerms = terms): Heard => {
  switch (what) {
    case 'wrote':
      return wrote(at(minute), [promised]);
    case 'paused':
      return aSignal(at(minute), { kind: 'paused', reason: 'waiting', until: null });
    case 'came':
      return aSignal(at(minute), { kind: 'time-passed' });
    default:
      return aSignal(at(minute), { kind: what });
  }
};

const fold = (said: readonly Said[]) => {
  let clocks: Clocks = {};
  const happened: Happening[] = [];
  for (const one of said) {
    const folded = foldClocks(clocks, toSignal(one));
    clocks = folded.clocks;
    happened.push(...folded.happened);
  }
  return { clocks, happened };
};
const facts = (happened: readonly Happening[]): readonly string[] =>
  happened.flatMap((one) => {
    const since = one.clock.startedAt;
    if (one.kind === 'at-risk') return [`${since} at risk ${one.share} ${one.reachedAt}`];
    if (one.kind === 'breached') return [`${since} breached ${one.dueAt}`];
    return one.kind === 'step-reached' ? [`${since} step ${one.step.id} ${one.reachedAt}`] : [];
  });

const what = fc.constantFrom<What>('wrote', 'wrote', 'replied', 'paused', 'resumed', 'closed');
const saidInOrder = fc
  .uniqueArray(fc.record({ minute: fc.integer({ min: 1, max: END - 1 }), what }), {
    selector: ({ minute }) => minute,
    maxLength: 12,
  })
  .map((said): readonly Said[] => [
    { minute: 0, what: 'wrote' },
    ...said.sort((a, b) => a.minute - b.minute),
    { minute: END, what: 'came' },
  ]);
const wakes = fc
  .uniqueArray(fc.integer({ min: 1, max: END - 1 }), { maxLength: 20 })
  .map((minutes): readonly Said[] => minutes.map((minute) => ({ minute, what: 'came' })));

/** Minutes left, and whether they are counted; null when nobody waits. */
type Count = { readonly left: number; readonly isPaused: boolean } | null;

const heard = (count: Count, what: What | undefined): Count => {
  if (what === 'replied' || what === 'closed') return null;
  if (count === null) return what === 'wrote' ? { left: BUDGET, isPaused: false } : null;
  if (what === 'paused') return { ...count, isPaused: true };
  return what === 'wrote' || what === 'resumed' ? { ...count, isPaused: false } : count;
};

const minuteLater = (count: Count): Count =>
  count === null || count.isPaused ? count : { ...count, left: count.left - 1 };

/** The same by counting minutes on one's fingers: when each promise is broken. An answer in the very minute it is due is in time. */
const brokenAt = (said: readonly Said[]): readonly string[] => {
  let count: Count = null;
  const broken: string[] = [];
  for (let minute = 0; minute <= END; minute += 1) {
    const what = said.find((one) => one.minute === minute && one.what !== 'came')?.what;
    const isDue = count?.left === 0 && what !== 'replied' && what !== 'closed';
    if (isDue) broken.push(at(minute));
    // Broken once, it is counted on, and a pause at that minute does not break it again.
    count = minuteLater(heard(isDue && count ? { ...count, left: -1 } : count, what));
  }
  return broken;
};

describe('clocks under any sequence of signals', () => {
  it('break a promise exactly when its minutes are used up', () => {
    fc.assert(
      fc.property(saidInOrder, (said) => {
        const { happened } = fold(said);
        expect(happened.flatMap((one) => (one.kind === 'breached' ? [one.dueAt] : []))).toEqual(brokenAt(said));
      }),
      { numRuns: 150 },
    );
  });

  it('say the same whether they were woken in time, too often, or not at all', () => {
    fc.assert(
      fc.property(saidInOrder, wakes, (said, woken) => {
        const taken = new Set(said.map(({ minute }) => minute));
        const both = [...said, ...woken.filter(({ minute }) => !taken.has(minute))].sort((a, b) => a.minute - b.minute);
        expect(facts(fold(both).happened)).toEqual(facts(fold(said).happened));
      }),
      { numRuns: 150 },
    );
  });

  it('say nothing more when everything is heard twice', () => {
    fc.assert(
      fc.property(saidInOrder, (said) => {
        const once = fold(said);
        const twice = fold(said.flatMap((one) => [one, one]));
        expect(facts(twice.happened)).toEqual(facts(once.happened));
        expect(twice.clocks).toEqual(once.clocks);
      }),
      { numRuns: 150 },
    );
  });

  it('pass nothing twice, though signals come in any order', () => {
    const anyOrder = fc.array(
      fc.record({
        minute: fc.integer({ min: 0, max: END }),
        what: fc.constantFrom<What>('wrote', 'replied', 'paused', 'resumed', 'closed', 'came'),
      }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(anyOrder, (said) => {
        const seen = facts(fold(said).happened);
        expect(new Set(seen).size).toBe(seen.length);
      }),
      { numRuns: 150 },
    );
  });

  it('tell nobody at a time when nobody is to be disturbed, and everybody in the end (T-08)', () => {
    const quiet = someTerms({ budgetMs: BUDGET * MINUTE, disturb: officeHours });
    fc.assert(
      fc.property(wakes, fc.integer({ min: 0, max: 10_000 }), (woken, from) => {
        const said = [
          { minute: from, what: 'wrote' as const },
          ...woken.map(({ minute }) => ({ minute: from + minute, what: 'came' as const })),
          { minute: from + 20_000, what: 'came' as const },
        ].sort((a, b) => a.minute - b.minute);
        let clocks: Clocks = {};
        const told = said.flatMap((one) => {
          const folded = foldClocks(clocks, toSignal(one, quiet));
          clocks = folded.clocks;
          return folded.happened.flatMap((happening) =>
            happening.kind === 'step-reached' ? [{ step: happening.step.id, at: at(one.minute) }] : [],
          );
        });
        const isOffice = (moment: string): boolean => {
          const date = new Date(moment);
          return date.getUTCDay() >= 1 && date.getUTCDay() <= 5 && date.getUTCHours() >= 9 && date.getUTCHours() < 17;
        };
        expect(told.filter((one) => !isOffice(one.at))).toEqual([]);
        const waiting = clocks['followup']?.deferred.map(({ step }) => step) ?? [];
        expect([...told.map(({ step }) => step), ...waiting].sort()).toEqual(['forgotten', 'manager', 'owner']);
      }),
      { numRuns: 100 },
    );
  });
});
