import { randomName } from '@sluice/testing';
import corrected from 'kafkajs';
import type { CopierNames } from './copier.ts';
import { createTopics } from './create-topics.ts';
import { readSettled } from './read-settled.ts';

export interface LogOfNumbers {
  readonly names: CopierNames;
  write(values: readonly string[]): Promise<void>;
  /** How often each committed value stands in the output. */
  copies(): Promise<Readonly<Record<string, number>>>;
}

/** An input and an output of one partition each, new, under random names. */
export const createLogOfNumbers = async (brokers: readonly string[]): Promise<LogOfNumbers> => {
  const names = { input: randomName('in'), output: randomName('out'), group: randomName('group') };
  const kafka = { brokers, clientId: 'judge' };
  await createTopics([names.input, names.output], kafka);
  return {
    names,
    async write(values) {
      const writer = new corrected.Kafka({ brokers: [...brokers], logLevel: corrected.logLevel.NOTHING }).producer();
      await writer.connect();
      await writer.send({ topic: names.input, messages: values.map((value) => ({ value })) });
      await writer.disconnect();
    },
    async copies() {
      const counts: Record<string, number> = {};
      for (const { value } of await readSettled([names.output], kafka))
        counts[String(value)] = (counts[String(value)] ?? 0) + 1;
      return counts;
    },
  };
};
