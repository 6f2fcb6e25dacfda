import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aPool, anInquiry, PoolBench } from '../../testing/a-pool.ts';
import { chooseOwner } from './choose-owner.ts';
import { newOwner, rankOf, type InquiryState, type PoolState } from './pool-state.ts';

const NOW = '2026-01-05T12:00:00.000Z';
const KEYS = ['ada', 'ben', 'cid'];

const anybody = fc.record({
  skills: fc.constantFrom<string[]>([], ['german'], ['german', 'legal'], ['legal']),
  territory: fc.constantFrom(null, 'DE', 'US'),
  vip: fc.boolean(),
  past: fc.subarray(KEYS, { maxLength: 2 }),
  minute: fc.nat({ max: 50 }),
});
const owner = fc.record({
  skills: fc.subarray(['german', 'legal']),
  territories: fc.subarray(['DE', 'US']),
  capacity: fc.nat({ max: 30 }),
  weight: fc.integer({ min: 1, max: 3 }),
});

/** Everybody who waits is asked for one by one, in the order of the line: what a decision that sees all of it would do. */
const givenWhenAllIsSeen = (
  bench: PoolBench,
  waiting: readonly InquiryState[],
): readonly (readonly [string, string])[] => {
  let pool: PoolState = bench.pool;
  return [...waiting]
    .sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1))
    .flatMap((inquiry) => {
      const { turn, pool: after } = chooseOwner(pool, { roster: bench.roster, inquiry, now: NOW });
      pool = after;
      return turn ? [[inquiry.inquiryId, turn.owner.key] as const] : [];
    });
};

it('a line of which only the front is seen is given to the same owners as one that is seen whole', () => {
  fc.assert(
    fc.property(
      fc.array(anybody, { maxLength: 60 }),
      fc.array(owner, { minLength: 1, maxLength: 3 }),
      (those, owners) => {
        const bench = new PoolBench(aPool(owners.map((one, at) => ({ key: KEYS[at] ?? '', ...one }))));
        const waiting = those.map(({ skills, territory, vip, past, minute }, at) =>
          anInquiry(`i${at}`, {
            needs: { skills, territory, language: null },
            vip,
            past,
            heldSince: new Date(Date.parse(NOW) - minute * 60_000).toISOString(),
          }),
        );
        for (const one of waiting) bench.inquiries.set(one.inquiryId, one);
        bench.pool = {
          ...bench.pool,
          waiting: waiting.length,
          owners: Object.fromEntries(owners.map((_one, at) => [KEYS[at] ?? '', newOwner])),
        };
        const expected = givenWhenAllIsSeen(bench, waiting);
        const given = bench.due(NOW).given.map(({ inquiry }) => [inquiry.inquiryId, inquiry.owner]);
        expect(given).toEqual(expected);
        expect(bench.pool.waiting).toBe(waiting.length - expected.length);
      },
    ),
    { numRuns: 200 },
  );
});
