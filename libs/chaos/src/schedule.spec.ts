import { failPointNames } from '@sluice/kernel';
import { describe, expect, it } from 'vitest';
import { hasTimeForAnother, partedByNeed, planRounds, written } from './schedule.ts';
import { kinds, services } from './world.ts';

const BUILDS = { older: null, newer: '' };
const namesOf = (seed: number, brokers: 1 | 3 = 1): readonly string[] =>
  planRounds({ seed, brokers, builds: BUILDS, set: 'whole' }).map(({ name }) => name);

const planned = (seed: number, set: 'short' | 'whole', brokers: 1 | 3 = 1): readonly string[] =>
  written(planRounds({ seed, brokers, builds: BUILDS, set }));
/** Everything that has to go wrong, by the promise. */
const PROMISED = [
  'SIGKILL at every point of a stage',
  'SIGTERM at every point of a stage',
  'SIGKILL at every point of an effect',
  'SIGTERM at every point of an effect',
  'zombie before its offsets are sent',
  'zombie with offsets pending',
  'that outlives its time-out',
  'rebalance storm',
  'EndTxn or its answer lost or late',
  'PostgreSQL ended at once (immediate) and restarted',
  'PostgreSQL without connections left',
  'Redis FLUSHALL',
  'redis',
  'registry',
  'poison, the largest and wrong-schema records',
  'troubled providers',
  'rolling upgrade',
];

describe('a schedule of faults', () => {
  it.each([
    ['short', 1, ['broker killed', 'broker frozen']],
    [
      'whole',
      3,
      ['leader', 'group coordinator', 'transaction coordinator'].flatMap((role) => [
        `${role} killed`,
        `${role} frozen`,
      ]),
    ],
  ] as const)('has everything in it that has to go wrong (%s set, %i brokers)', (set, brokers, ofBrokers) => {
    const lines = planned(3, set, brokers);
    expect([...PROMISED, ...ofBrokers].filter((name) => !lines.some((line) => line.includes(name)))).toEqual([]);
  });

  it('is written down to the passing of each fail point, the same for the same seed', () => {
    expect(planned(7, 'short')).toEqual(planned(7, 'short'));
    expect(
      planned(7, 'short')
        .filter((line) => /zombie|outlives/u.test(line))
        .every((line) => /after-send(-offsets)?@[123]$/u.test(line)),
    ).toBe(true);
    expect(planned(7, 'whole').find((line) => line.includes('SIGKILL at every point of an effect'))).toMatch(
      /SIGKILL of notifier (?:(?:before-lease|after-lease|before-provider-call|after-provider-answer|before-receipt-stored)@[123](?:, |$)){5}$/u,
    );
  });

  it('rebalances and freezes every service in the whole set', () => {
    const names = namesOf(1);
    expect(names).toEqual(
      expect.arrayContaining(
        services.flatMap((service) => [
          `rebalance storm of ${service}`,
          `a transaction of ${service} that outlives its time-out`,
        ]),
      ),
    );
  });

  it('is the same for the same seed, and another for another', () => {
    expect(namesOf(7)).toEqual(namesOf(7));
    expect(namesOf(7)).not.toEqual(namesOf(8));
    expect([...namesOf(7)].sort()).toEqual([...namesOf(8)].sort());
  });

  it('kills and stops the services at every fail point there is: each at all of its own in the whole set', () => {
    const rounds = planRounds({ seed: 1, brokers: 1, builds: BUILDS, set: 'whole' });
    for (const signal of ['SIGKILL', 'SIGTERM']) {
      const faults = rounds.filter(({ name }) => name.startsWith(signal)).flatMap((round) => round.faults);
      const pointsOf = faults.map(({ name }) =>
        [/of (\S+) /u.exec(name)?.[1], name.split('@').length - 1].join(' at '),
      );
      expect(pointsOf.sort()).toEqual([
        'api at 7',
        'classifier at 6',
        'enricher at 7',
        'ingest at 7',
        'notifier at 5',
        'notifier at 7',
        'router at 7',
      ]);
    }
    expect(failPointNames).toHaveLength(7 + 5);
  });

  it.each([1, 2, 3, 4, 5])('meets each fail point once in the short set (seed %i)', (seed) => {
    const faults = planRounds({ seed, brokers: 1, builds: BUILDS, set: 'short' })
      .filter(({ name }) => name.startsWith('SIGKILL'))
      .flatMap((round) => round.faults);
    expect(faults.flatMap(({ name }) => failPointNames.filter((point) => name.includes(` ${point}@`))).sort()).toEqual(
      [...failPointNames].sort(),
    );
  });

  it('strikes every role of a broker where there are three', () => {
    const roles = ['leader', 'group coordinator', 'transaction coordinator'];
    expect(namesOf(1, 3)).toEqual(
      expect.arrayContaining(roles.flatMap((role) => [`${role} killed`, `${role} frozen`])),
    );
  });

  it.each([
    ['short', 1],
    ['whole', 3],
  ] as const)(
    'has a part that strikes every kind once, and is the smaller one (%s set, %i brokers)',
    (set, brokers) => {
      const rounds = planRounds({ seed: 5, brokers, builds: BUILDS, set });
      const { needed, more } = partedByNeed(rounds);
      expect(new Set(needed.flatMap((round) => round.kinds))).toEqual(new Set(kinds));
      expect(needed.length).toBeLessThanOrEqual(kinds.length);
      expect([...needed, ...more].map(({ name }) => name).sort()).toEqual(rounds.map(({ name }) => name).sort());
      expect(more.length).toBeGreaterThan(0);
    },
  );

  it.each([
    ['is none so far, and a minute is left', [], 60_000, true],
    ['is none so far, and less than a minute is left', [], 59_000, false],
    ['took ninety seconds, and as much is left', [20_000, 90_000], 90_000, true],
    ['took ninety seconds, and less is left', [20_000, 90_000], 80_000, false],
  ] as const)(
    'begins another round only while it would end in time: the longest %s',
    (_what, roundMs, left, begins) => {
      expect(hasTimeForAnother({ elapsedMs: 300_000, budgetMs: 300_000 + left, roundMs })).toBe(begins);
    },
  );
});
