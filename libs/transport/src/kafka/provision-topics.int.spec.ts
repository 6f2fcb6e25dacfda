import { randomName, testInfrastructure } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { readRecords } from './read-records.ts';
import { createKafkaTransport } from './kafka-transport.ts';
import { provisionTopics } from './provision-topics.ts';
import { createSharedAdmin } from './shared-admin.ts';

const kafka = { brokers: testInfrastructure().brokers, clientId: 'provision' };
const declared = (name: string) => ({
  name,
  partitions: 3,
  retentionMs: 86_400_000,
  cleanupPolicy: 'delete' as const,
  maxMessageBytes: 123_456,
});

const configOf = async (topic: string): Promise<Readonly<Record<string, string>>> => {
  const admin = createSharedAdmin(kafka);
  const { resources } = await admin.ask((client) =>
    client.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topic }] }),
  );
  await admin.close();
  return Object.fromEntries(resources[0]?.configEntries.map((one) => [one.configName, one.configValue]) ?? []);
};

describe('topics that are provisioned', () => {
  it('have what was declared, can be written to at once, and are left alone by a second run', async () => {
    const names = [randomName('made'), randomName('made')];
    const report = await provisionTopics(names.map(declared), kafka);
    expect(report).toEqual({ created: names, faults: [] });
    const transport = createKafkaTransport(kafka);
    await Promise.all(
      names.map((topic) => transport.publish([{ topic, key: 'k', value: Buffer.from('x'), headers: {} }])),
    );
    await transport.close();
    expect(await readRecords(names, kafka)).toHaveLength(2);
    // A single broker has one replica of each: one in sync must be enough.
    expect(await configOf(names[0] ?? '')).toMatchObject({
      'max.message.bytes': '123456',
      'retention.ms': '86400000',
      'min.insync.replicas': '1',
    });
    expect(await provisionTopics(names.map(declared), kafka)).toEqual({ created: [], faults: [] });
  });

  it('are made by two at the same time', async () => {
    const names = Array.from({ length: 5 }, () => randomName('raced'));
    const reports = await Promise.all([1, 2].map(() => provisionTopics(names.map(declared), kafka)));
    expect(reports.map(({ faults }) => faults)).toEqual([[], []]);
  });

  it('that are otherwise than declared are told', async () => {
    const name = randomName('drifted');
    await provisionTopics([declared(name)], kafka);
    const { faults } = await provisionTopics([{ ...declared(name), partitions: 4, maxMessageBytes: 200_000 }], kafka);
    expect(faults).toEqual([`3 partitions, not 4: ${name}`, `max.message.bytes is 123456, not 200000: ${name}`]);
  });

  it('that can not be made say which and why', async () => {
    const name = randomName('impossible');
    await expect(provisionTopics([declared(name)], { ...kafka, replicationFactor: 9 })).rejects.toThrow(
      `creating topics (${name} first): Replication-factor is invalid`,
    );
  });
});
