import { failPointNames } from '@sluice/kernel';
import { describe, expect, it } from 'vitest';
import { planRounds } from './schedule.ts';

const namesOf = (seed: number, brokers: 1 | 3 = 1): readonly string[] => planRounds({ seed, brokers, bundles: '', set: 'whole' }).map(({ name }) => name);

describe('a schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(namesOf(7)).toEqual(namesOf(7));
    expect(namesOf(7)).not.toEqual(namesOf(8));
    expect([...namesOf(7)].sort()).toEqual([...namesOf(8)].sort());
  });

  it('kills and stops the services at every fail point there is: each at all of its own in the whole set', () => {
    const rounds = planRounds({ seed: 1, brokers: 1, bundles: '', set: 'whole' });
    for (const signal of ['SIGKILL', 'SIGTERM']) {
      const faults = rounds.filter(({ name }) => name.startsWith(signal)).flatMap((round) => round.faults);
      expect(faults.map(({ name }) => name).sort()).toEqual([
        `${signal} of classifier at 6 points`, `${signal} of enricher at 7 points`, `${signal} of ingest at 7 points`,
        `${signal} of notifier at 5 points`, `${signal} of notifier at 7 points`, `${signal} of router at 7 points`,
      ]);
    }
    expect(failPointNames).toHaveLength(7 + 5);
  });

  it.each([1, 2, 3, 4, 5])('meets each fail point once in the short set (seed %i)', (seed) => {
    const faults = planRounds({ seed, brokers: 1, bundles: '', set: 'short' }).filter(({ name }) => name.startsWith('SIGKILL')).flatMap((round) => round.faults);
    const points = faults.map(({ name }) => Number(/at (\d) points?/u.exec(name)?.[1]));
    expect(points.reduce((sum, count) => sum + count, 0)).toBe(failPointNames.length);
  });

  it('strikes every role of a broker where there are three', () => {
    const roles = ['leader', 'group coordinator', 'transaction coordinator'];
    expect(namesOf(1, 3)).toEqual(expect.arrayContaining(roles.flatMap((role) => [`${role} killed`, `${role} frozen`])));
  });
});
