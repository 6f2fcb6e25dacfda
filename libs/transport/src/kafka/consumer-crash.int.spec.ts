import { runProjection, type Runnable } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import type { Transport } from '@sluice/stage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiKeys, startBrokerProxy, type BrokerProxy } from '../testing/broker-proxy.ts';
import { createTopics } from '../testing/create-topics.ts';
import { createKafkaTransport } from './kafka-transport.ts';
import { createSharedAdmin } from './shared-admin.ts';

const { brokers } = testInfrastructure();
const direct = { brokers, clientId: 'judge' };
/** The shortest that a broker allows by default. */
const SESSION_MS = 6_000;
/** A join after a member that did not leave waits for its session to end. */
const WITHIN = { within: 40_000 };

/** The answer of Heartbeat: throttle time and error code. */
const answering = (errorCode: number): Buffer => {
  const body = Buffer.alloc(6);
  body.writeInt16BE(errorCode, 4);
  return body;
};

const crashes = [
  {
    what: 'an answer that is not retriable',
    fate: answering(30),
    reason: /does not allow it: Not authorized to access group/,
  },
  { what: 'an answer that kafkajs has no name for', fate: answering(119), reason: /reading as .*: Kafka answers/ },
  {
    what: 'a group that does not take its session time-out any more',
    fate: answering(26),
    reason: /InvalidSessionTimeout|session timeout|ended with a defect/i,
  },
] as const;

describe('a consumer that crashes', () => {
  let topic: string;
  let proxy: BrokerProxy;
  let transport: Transport;
  let sender: Transport;
  let runner: Runnable;
  let seen: string[];
  /** What befalls the next heartbeats. */
  let heartbeats: (Buffer | 'hang-up')[];
  let isSilent: boolean;
  const reasons = new Set<string>();

  const send = (value: string) => sender.publish([{ topic, key: 'k', value: Buffer.from(value), headers: {} }]);
  const health = () => {
    const { reason } = runner.health();
    if (reason !== null) reasons.add(reason);
    return runner.health();
  };

  beforeEach(async () => {
    topic = randomName('in');
    [seen, heartbeats, isSilent] = [[], [], false];
    reasons.clear();
    await createTopics([topic], direct);
    proxy = await startBrokerProxy(brokers[0] ?? '', {
      onRequest: (apiKey) => (apiKey === apiKeys.heartbeat ? heartbeats.shift() : undefined) ?? 'pass',
      onAnswer: () => (isSilent ? 'silence' : 'pass'),
    });
    transport = createKafkaTransport({
      brokers,
      clientId: 'crashing',
      socketFactory: proxy.socketFactory,
      sessionTimeoutMs: SESSION_MS,
    });
    sender = createKafkaTransport(direct);
    runner = runProjection({
      name: randomName('projection'),
      consumes: [],
      raw: [topic],
      deadLetters: false,
      transport,
      codec: plainCodec(),
      apply: async (events) => {
        seen.push(...events.map(({ record }) => String(record.value)));
      },
    });
    await runner.start();
    await send('before');
    await eventually(() => expect(seen).toEqual(['before']));
  });
  afterEach(async () => {
    await runner.drain();
    await Promise.all([transport.close(), sender.close()]);
    await proxy.close();
  });

  const readsOn = async (): Promise<void> => {
    await send('after');
    await eventually(() => {
      health();
      expect(seen.at(-1)).toBe('after');
    }, WITHIN);
    await eventually(() => expect(runner.health()).toEqual({ ready: true, reason: null }), WITHIN);
  };

  it.each(crashes)('by $what joins again, reads on, and has said why', async ({ fate, reason }) => {
    heartbeats = [fate];
    await eventually(() => {
      health();
      expect([...reasons].some((one) => reason.test(one))).toBe(true);
    }, WITHIN);
    await readsOn();
  });

  it('by a connection that breaks again and again joins again', async () => {
    heartbeats = Array.from({ length: 5 }, () => 'hang-up' as const);
    await eventually(() => expect(heartbeats).toEqual([]), WITHIN);
    await readsOn();
  });

  it('by the loss of its topic says so, and reads on once it is there again', async () => {
    const admin = createSharedAdmin(direct);
    await admin.ask((client) => client.deleteTopics({ topics: [topic] }));
    await admin.close();
    await eventually(
      () =>
        expect(health().reason).toBe(`the topic ${topic} does not exist; \`npm run deploy\` creates what is missing`),
      WITHIN,
    );
    await createTopics([topic], direct);
    await eventually(() => expect(runner.health().ready).toBe(true), WITHIN);
    await readsOn();
  });

  it('without a word, since no answer ever comes, is replaced', async () => {
    isSilent = true;
    await eventually(
      () => expect(health().reason).toMatch(/the consumer has not been heard of for \d+ ms|Kafka does not answer/),
      { within: 50_000 },
    );
    isSilent = false;
    await readsOn();
  }, 120_000);
});
