import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameNumbers } from './same-number-assigner.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('the assignment of partitions to members', () => {
  it('gives each partition to one member, evenly, and a number to the same member in every topic', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 12 }), (count, partitions) => {
        const members = range(count).map((n) => `member-${n}`);
        const topics = ['a', 'b', 'c'].map((topic) => ({ topic, partitions: range(partitions) }));
        const assigned = [...sameNumbers(members, topics).values()];
        for (const { topic } of topics) {
          const given = assigned.map((of) => of[topic] ?? []);
          expect(given.flat().sort((x, y) => x - y)).toEqual(range(partitions));
          expect(Math.max(...given.map(({ length }) => length))).toBe(Math.ceil(partitions / count));
        }
        for (const of of assigned) expect(of['a']).toEqual(of['b']);
      }),
    );
  });

  it('does not depend on the order in which the members came', () => {
    const topics = [{ topic: 'a', partitions: range(12) }];
    expect(sameNumbers(['x', 'y', 'z'], topics)).toEqual(sameNumbers(['z', 'x', 'y'], topics));
  });
});
