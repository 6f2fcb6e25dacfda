import type { FetchedRun, Subscription, Transport } from '@sluice/stage';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTopics } from '../testing/create-topics.ts';
import { createKafka } from './kafka-client.ts';
import { createKafkaTransport } from './kafka-transport.ts';

const { brokers } = testInfrastructure();
/** The shortest that a broker allows by default. */
const SESSION_MS = 6_000;
const kafka = { brokers, clientId: 'patient', sessionTimeoutMs: SESSION_MS };

describe('a member whose work takes longer than its session', () => {
  let topic: string;
  let transport: Transport;
  let subscription: Subscription;
  let runs: FetchedRun[];
  let revocations: number;

  /** True once a session and a half has passed since `from`: whoever was silent meanwhile is out of the group. */
  const outlived = (from: number) =>
    eventually(() => expect(Date.now() - from).toBeGreaterThan(1.5 * SESSION_MS), { within: 2 * SESSION_MS });

  beforeEach(async () => {
    topic = randomName('in');
    await createTopics([topic], kafka);
    transport = createKafkaTransport(kafka);
    [runs, revocations] = [[], 0];
    subscription = await transport.subscribe({
      group: randomName('group'),
      topics: [topic],
      onRun: (run) => {
        runs.push(run);
      },
      onRevoked: () => {
        runs = [];
        revocations += 1;
      },
      onFailed: (error) => {
        throw error;
      },
    });
    await transport.publish([{ topic, key: 'k', value: Buffer.from('slow'), headers: {} }]);
    await eventually(() => expect(runs).toHaveLength(1));
    revocations = 0;
  });
  afterEach(async () => {
    await subscription.close();
    await transport.close();
  });

  const commitAll = () => {
    const last = runs.at(-1);
    if (!last) throw new Error('nothing fetched yet');
    return subscription.commit({
      records: [],
      offsets: [{ topic, partition: 0, offset: last.nextOffset }],
      fence: last.fence,
    });
  };

  it('keeps its partition, and commits what it fetched before', async () => {
    await outlived(Date.now());
    expect(subscription.isActive()).toBe(true);
    expect(await commitAll()).toBe('committed');
    expect(revocations).toBe(0);
  });

  it('keeps it while it holds everything back, too', async () => {
    subscription.pause(subscription.assignment());
    await outlived(Date.now());
    expect(subscription.isActive()).toBe(true);
    expect(await commitAll()).toBe('committed');
    expect(revocations).toBe(0);
  });
});

describe('a member that is closed while the group rebalances', () => {
  it('leaves nobody behind in the group', async () => {
    const [topic, group] = [randomName('in'), randomName('group')];
    await createTopics([topic], kafka, { partitions: 2 });
    const transport = createKafkaTransport(kafka);
    const admin = createKafka(kafka).admin();
    await admin.connect();
    const join = () =>
      transport.subscribe({
        group,
        topics: [topic],
        onRun: () => undefined,
        onRevoked: () => undefined,
        onFailed: (error) => {
          throw error;
        },
      });
    const first = await join();
    await eventually(() => expect(first.isActive()).toBe(true));
    // The second is still joining, and the first is asked to join again.
    const second = await join();
    await Promise.all([first.close(), second.close()]);
    // Well within a session: nobody is there to be timed out.
    const left = async () => (await admin.describeGroups([group])).groups[0]?.members.length;
    await eventually(async () => expect(await left()).toBe(0), { within: SESSION_MS / 2 });
    await admin.disconnect();
    await transport.close();
  });
});

describe('a member for whom no partition is left', () => {
  it('is active all the same, for as long as it takes part', async () => {
    const [topic, group] = [randomName('in'), randomName('group')];
    await createTopics([topic], kafka);
    const transport = createKafkaTransport(kafka);
    const join = () =>
      transport.subscribe({
        group,
        topics: [topic],
        onRun: () => undefined,
        onRevoked: () => undefined,
        onFailed: (error) => {
          throw error;
        },
      });
    const members = [await join(), await join()];
    const held = () => members.map((member) => member.assignment().length).sort();
    const active = () => members.map((member) => member.isActive());
    await eventually(
      () =>
        expect([held(), active()]).toEqual([
          [0, 1],
          [true, true],
        ]),
      { within: 5 * SESSION_MS },
    );
    const from = Date.now();
    await eventually(() => expect(Date.now() - from).toBeGreaterThan(1.5 * SESSION_MS), { within: 2 * SESSION_MS });
    expect(active()).toEqual([true, true]);
    await Promise.all(members.map((member) => member.close()));
    expect(active()).toEqual([false, false]);
    await transport.close();
  });
});
