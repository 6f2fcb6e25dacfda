import type { FetchedRun, Subscription, Transaction, Transport } from '@sluice/stage';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTopics } from '../testing/create-topics.ts';
import { startEndTxnProxy, type EndTxnProxy } from '../testing/end-txn-proxy.ts';
import { readSettled } from '../testing/read-settled.ts';
import { createKafkaTransport } from './kafka-transport.ts';

const { brokers } = testInfrastructure();
const direct = { brokers, clientId: 'judge' };

describe('a commit whose end is lost on the way', () => {
  let names: { input: string; output: string; group: string };
  let proxy: EndTxnProxy;
  let transport: Transport;
  let subscription: Subscription;
  let runs: FetchedRun[];

  const outputs = async (): Promise<(string | undefined)[]> =>
    (await readSettled([names.output], direct)).map(({ value }) => value?.toString());
  const lag = async (): Promise<bigint> => (await subscription.lag()).reduce((sum, one) => sum + one.lag, 0n);

  /** Everything fetched so far, copied to the output. */
  const copyAll = (): Transaction => {
    const last = runs.at(-1);
    if (!last) throw new Error('nothing fetched yet');
    return {
      fence: last.fence,
      records: runs
        .flatMap(({ records }) => records)
        .map(({ key, value }) => ({ topic: names.output, key, value, headers: {} })),
      offsets: [{ topic: last.topic, partition: last.partition, offset: last.nextOffset }],
    };
  };

  const fetched = (count: number): Promise<void> =>
    eventually(() => expect(runs.flatMap(({ records }) => records)).toHaveLength(count));

  beforeEach(async () => {
    names = { input: randomName('in'), output: randomName('out'), group: randomName('group') };
    await createTopics([names.input, names.output], direct);
    proxy = await startEndTxnProxy(brokers[0] ?? '');
    transport = createKafkaTransport({ brokers, clientId: 'unlucky', socketFactory: proxy.socketFactory });
    runs = [];
    subscription = await transport.subscribe({
      group: names.group,
      topics: [names.input],
      onRun: (run) => {
        runs.push(run);
      },
      onRevoked: () => {
        runs = [];
      },
      onFailed: (error) => {
        throw error;
      },
    });
    await transport.publish(
      ['1', '2', '3'].map((value) => ({ topic: names.input, key: 'k', value: Buffer.from(value), headers: {} })),
    );
    await fetched(3);
  });
  afterEach(async () => {
    await subscription.close();
    await transport.close();
    await proxy.close();
  });

  it('is known to be committed when only the answer was lost', async () => {
    proxy.loseNext('answer');
    expect(await subscription.commit(copyAll())).toBe('committed');
    expect(proxy.lost()).toBe(1);
    expect(await outputs()).toEqual(['1', '2', '3']);
    expect(await lag()).toBe(0n);
  });

  it('is known to be aborted when the broker never heard of it, and may be tried again', async () => {
    const transaction = copyAll();
    proxy.loseNext('request');
    expect(await subscription.commit(transaction)).toBe('aborted');
    expect(proxy.lost()).toBe(1);
    expect(await outputs()).toEqual([]);
    expect(await lag()).toBe(3n);

    expect(await subscription.commit(transaction)).toBe('committed');
    expect(await outputs()).toEqual(['1', '2', '3']);
    expect(await lag()).toBe(0n);
  });

  it('is known to be committed when the broker is never heard of again on that connection', async () => {
    proxy.loseNext('answer-in-silence');
    expect(await subscription.commit(copyAll())).toBe('committed');
    expect(proxy.lost()).toBe(1);
    expect(await outputs()).toEqual(['1', '2', '3']);
  });

  it('does not hold up the commits after it, whatever was lost, and nothing is written twice', async () => {
    for (const [round, loss] of (['answer', 'request', 'answer', 'request'] as const).entries()) {
      const transaction = copyAll();
      proxy.loseNext(loss);
      const first = await subscription.commit(transaction);
      expect(first).toBe(loss === 'answer' ? 'committed' : 'aborted');
      if (first === 'aborted') expect(await subscription.commit(transaction)).toBe('committed');
      runs = [];
      await transport.publish([{ topic: names.input, key: 'k', value: Buffer.from(`round ${round}`), headers: {} }]);
      await fetched(1);
    }
    expect(await outputs()).toEqual(['1', '2', '3', 'round 0', 'round 1', 'round 2']);
  });
});
