import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '../ports/state-store.port.ts';
import { createBench, inquiryOf, type Bench } from '../testing/bench.ts';
import { withCommits } from '../testing/with-commits.ts';

/** A store that keeps states and forgets what was decided on the way to them. */
const withoutOutcomes = (store: StateStore): StateStore => ({
  load: async (stage, wanted) => {
    const loaded = await store.load(stage, wanted);
    return { ...loaded, pending: loaded.pending.map((batch) => ({ ...batch, last: -1n, inputs: [] })) };
  },
  store: (stage, changes) => store.store(stage, changes),
});

/** A stage counts two inquiries, dies after Postgres committed and before Kafka did, and another takes over: what is written. */
const countedAfterDeath = async (bench: Bench, store: StateStore): Promise<readonly string[]> => {
  await bench.send(inquiryOf('a'), inquiryOf('b'));
  let commits = 0;
  const dying = await bench.run({
    counting: true,
    store,
    transport: withCommits(bench.transport, () => async () => {
      commits += 1;
      return 'fenced';
    }),
  });
  await eventually(async () =>
    expect(
      (await store.load('count-inquiry', { keys: ['default'], lists: [], perGroup: 1, partitions: [] })).states,
    ).toMatchObject([{ json: '{"count":2}' }]),
  );
  expect(commits).toBeGreaterThan(0);
  await dying.drain();
  await bench.run({ counting: true, store });
  return eventually(() => {
    expect(bench.outputs()).toHaveLength(2);
    return bench.outputs();
  });
};

describe('a stage that dies between its two commits', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench(1);
  });
  afterEach(() => bench.close());

  it('has counted each inquiry once where outcomes are stored', async () => {
    expect(await countedAfterDeath(bench, bench.store)).toEqual(['1', '2']);
  });

  it('has counted every inquiry again where they are not: storing them is needed', async () => {
    expect(await countedAfterDeath(bench, withoutOutcomes(bench.store))).not.toEqual(['1', '2']);
  });
});
