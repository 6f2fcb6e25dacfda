import type { FetchedRun, Transport } from '@sluice/stage';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiKeys, startBrokerProxy, type BrokerProxy } from '../testing/broker-proxy.ts';
import { createTopics } from '../testing/create-topics.ts';
import { readSettled } from '../testing/read-settled.ts';
import { createKafkaTransport } from './kafka-transport.ts';

const { brokers } = testInfrastructure();
const direct = { brokers, clientId: 'judge' };
const NOT_COORDINATOR = 16;

/** The answer of EndTxn and of AddOffsetsToTxn alike: throttle time and error code. */
const refusal = (errorCode: number): Buffer => {
  const body = Buffer.alloc(6);
  body.writeInt16BE(errorCode, 4);
  return body;
};

describe('what is in flight to the broker', () => {
  let topics: { input: string; outputs: string[] };
  let proxy: BrokerProxy;
  let transport: Transport;
  let produced: { now: number; most: number; total: number };
  let loseAnswers: number;
  let refuse: number[];

  const valuesIn = async (names: readonly string[]): Promise<(string | undefined)[]> =>
    (await readSettled(names, direct)).map(({ value }) => value?.toString());
  const record = (topic: string, value: string, key = value) => ({
    topic,
    key,
    value: Buffer.from(value),
    headers: {},
  });

  beforeEach(async () => {
    topics = { input: randomName('in'), outputs: [randomName('out'), randomName('out')] };
    await createTopics([topics.input], direct);
    await createTopics(topics.outputs, direct, { partitions: 4 });
    produced = { now: 0, most: 0, total: 0 };
    loseAnswers = 0;
    refuse = [];
    proxy = await startBrokerProxy(brokers[0] ?? '', {
      onRequest(apiKey) {
        if (apiKey === apiKeys.produce) {
          produced.now += 1;
          produced.total += 1;
          produced.most = Math.max(produced.most, produced.now);
        }
        const at = refuse.indexOf(apiKey);
        if (at === -1) return 'pass';
        refuse.splice(at, 1);
        return refusal(NOT_COORDINATOR);
      },
      onAnswer(apiKey) {
        if (apiKey !== apiKeys.produce) return 'pass';
        produced.now -= 1;
        loseAnswers -= 1;
        return loseAnswers >= 0 ? 'hang-up' : 'pass';
      },
    });
    transport = createKafkaTransport({ brokers, clientId: 'counted', socketFactory: proxy.socketFactory });
  });
  afterEach(async () => {
    await transport.close();
    await proxy.close();
  });

  it('is one send, however many publish at once, and each record is on the log once', async () => {
    const [output = ''] = topics.outputs;
    await Promise.all(Array.from({ length: 60 }, (_, n) => transport.publish([record(output, String(n))])));
    expect(produced.most).toBe(1);
    expect((await valuesIn([output])).map(Number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, n) => n),
    );
  });

  it("is one send when the broker's answers are lost too: what waits does not take the number of what was appended", async () => {
    const [output = ''] = topics.outputs;
    await transport.publish([record(output, 'first')]);
    loseAnswers = 2;
    const published = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => transport.publish([record(output, String(n), 'same')])),
    );
    const acknowledged = published.flatMap(({ status }, n) => (status === 'fulfilled' ? [String(n)] : []));
    expect(loseAnswers).toBeLessThanOrEqual(0);
    expect(produced.most).toBe(1);
    const written = await valuesIn([output]);
    for (const value of acknowledged) expect(written.filter((one) => one === value)).toEqual([value]);
    expect(acknowledged.length).toBeGreaterThan(0);
  });

  describe('of a transaction', () => {
    let runs: FetchedRun[];
    const subscribed = async () => {
      runs = [];
      const subscription = await transport.subscribe({
        group: randomName('group'),
        topics: [topics.input],
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
      return {
        close: () => subscription.close(),
        /** Commits `outputs` with the position after everything that was fetched. */
        commit: (outputs: readonly string[]) => {
          const last = runs.at(-1);
          if (!last) throw new Error('nothing fetched yet');
          return subscription.commit({
            fence: last.fence,
            offsets: [{ topic: last.topic, partition: last.partition, offset: last.nextOffset }],
            records: outputs.flatMap((value) => topics.outputs.map((topic) => record(topic, value))),
          });
        },
      };
    };

    beforeEach(async () => {
      await transport.publish([record(topics.input, 'x')]);
      produced = { now: 0, most: 0, total: 0 };
    });

    it('is one send for all its topics and partitions', async () => {
      const member = await subscribed();
      await eventually(() => expect(runs).toHaveLength(1));
      expect(await member.commit(Array.from({ length: 20 }, (_, n) => String(n)))).toBe('committed');
      expect(produced).toEqual({ now: 0, most: 1, total: 1 });
      expect(await valuesIn(topics.outputs)).toHaveLength(40);
      await member.close();
    });

    it('goes again at once after the one before: no 300 ms of a first retry', async () => {
      const member = await subscribed();
      await eventually(() => expect(runs).toHaveLength(1));
      const took: number[] = [];
      for (let n = 0; n < 10; n += 1) {
        const began = performance.now();
        expect(await member.commit([String(n)])).toBe('committed');
        took.push(performance.now() - began);
      }
      // The first opens connections. Of the others the fastest is compared: a busy machine makes all of them slower, but not all by that much.
      expect(Math.min(...took.slice(1))).toBeLessThan(200);
      await member.close();
    });

    it('reaches its end although the coordinator has moved meanwhile', async () => {
      const member = await subscribed();
      await eventually(() => expect(runs).toHaveLength(1));
      refuse = [apiKeys.addOffsetsToTxn, apiKeys.endTxn, apiKeys.endTxn];
      expect(await member.commit(['moved'])).toBe('committed');
      expect(refuse).toEqual([]);
      expect(await valuesIn(topics.outputs)).toEqual(['moved', 'moved']);
      await member.close();
    });
  });
});
