import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { randomName, testInfrastructure } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { createTopics } from '../testing/create-topics.ts';

const { brokers } = testInfrastructure();
const run = promisify(execFile);

/** Node warns once in a process, and the other specs load the published client: each case has a process of its own. */
const script = join(import.meta.dirname, '../testing/idle-client.ts');

const warningsOf = async (library: 'kafkajs' | 'kafkajs-stock'): Promise<string> => {
  const topic = randomName('idle');
  await createTopics([topic], { brokers, clientId: 'judge' });
  const { stdout, stderr } = await run(process.execPath, [script, library, topic, brokers.join()], { timeout: 50_000 });
  expect(stdout).toContain('done');
  return stderr;
};

describe('a client that reads, writes and waits, under this version of Node', () => {
  it('makes Node print no warning', async () => {
    expect(await warningsOf('kafkajs')).toBe('');
  });

  it('makes Node warn of negative time-outs as it is published: the correction is needed', async () => {
    expect(await warningsOf('kafkajs-stock')).toContain('TimeoutNegativeWarning');
  });
});
