import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

/** A task that ends when it is told to. */
const held = () => Promise.withResolvers<void>();
const turns = async (count = 5) => {
  for (let n = 0; n < count; n += 1) await Promise.resolve();
};

describe('slots', () => {
  it('begin no more than their number, and the next as soon as one is free, in the order they came', async () => {
    const slots = new Slots(2);
    const tasks = [held(), held(), held(), held()];
    const begun: number[] = [];
    const all = tasks.map(({ promise }, n) =>
      slots.run(() => {
        begun.push(n);
        return promise;
      }),
    );
    await turns();
    expect(begun).toEqual([0, 1]);
    tasks[1]?.resolve();
    await turns();
    expect(begun).toEqual([0, 1, 2]);
    for (const { resolve } of tasks) resolve();
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it('let nobody overtake who waits', async () => {
    const slots = new Slots(1);
    const first = held();
    const begun: string[] = [];
    const running = slots.run(() => first.promise);
    const waiting = slots.run(async () => {
      begun.push('waited');
    });
    first.resolve();
    const late = running.then(() =>
      slots.run(async () => {
        begun.push('came later');
      }),
    );
    await Promise.all([waiting, late]);
    expect(begun).toEqual(['waited', 'came later']);
  });

  it("are given back by a task that fails, whose error is the caller's", async () => {
    const slots = new Slots(1);
    await expect(
      slots.run(async () => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
    expect(await slots.run(async () => 'next')).toBe('next');
  });

  it('never run more than their number and forget no task, however tasks come and go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ turns: fc.nat(6), fails: fc.boolean() }), { maxLength: 40 }),
        async (size, tasks) => {
          const slots = new Slots(size);
          let now = 0;
          let most = 0;
          const ended = await Promise.allSettled(
            tasks.map((task) =>
              slots.run(async () => {
                now += 1;
                most = Math.max(most, now);
                await turns(task.turns);
                now -= 1;
                if (task.fails) throw new Error('broken');
              }),
            ),
          );
          expect(most).toBe(Math.min(size, tasks.length));
          expect(ended.map(({ status }) => status === 'rejected')).toEqual(tasks.map(({ fails }) => fails));
        },
      ),
    );
  });
});
