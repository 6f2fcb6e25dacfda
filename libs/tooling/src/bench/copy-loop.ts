import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inquiryRaw, topics } from '@sluice/contracts';
import { provisionTopics } from '@sluice/transport';
import { recordChild } from '../process/started.ts';
import type { HopReport, HopSpec } from './copy-hop.ts';

const HOP = fileURLToPath(new URL('copy-hop.ts', import.meta.url));
const MAX_MESSAGE_BYTES = 1024 * 1024;
const RETENTION_MS = 3_600_000;

/** The bare copy loop: as many hops as the chain has, a process each, on topics with as many partitions. */
export interface CopyLoop {
  readonly first: string;
  readonly last: string;
  /** Milliseconds of each transaction of all hops since the last report. */
  report(): Promise<readonly number[]>;
  /** Of its hops. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

const ask = async <Answer>(child: ChildProcess, question: string): Promise<Answer> => {
  const waiting = new AbortController();
  const { signal } = waiting;
  const died = once(child, 'exit', { signal }).then((): never => {
    throw new Error('measuring the bare copy loop: one of its hops has ended');
  });
  try {
    const answered = once(child, 'message', { signal }) as Promise<[Answer]>;
    child.send(question);
    return (await Promise.race([answered, died]))[0];
  } finally {
    died.catch(() => undefined);
    waiting.abort();
  }
};

const untilActive = async (child: ChildProcess): Promise<void> => {
  while (!(await ask<boolean>(child, 'active'))) await pause(100);
};

export const startCopyLoop = async (brokers: readonly string[], hops: number): Promise<CopyLoop> => {
  const run = randomUUID().slice(0, 8);
  const names = Array.from({ length: hops + 1 }, (_, at) => `bench.copy.${run}.${at}`);
  const partitions = topics.find(({ name }) => name === inquiryRaw.v1.type)?.partitions ?? 1;
  await provisionTopics(
    names.map((name) => ({
      name,
      partitions,
      retentionMs: RETENTION_MS,
      cleanupPolicy: 'delete',
      maxMessageBytes: MAX_MESSAGE_BYTES,
    })),
    { brokers, clientId: 'bench' },
  );
  const children = names.slice(0, -1).map((from, at) => {
    const spec: HopSpec = { brokers, from, to: names[at + 1] ?? '' };
    const hop = fork(HOP, [JSON.stringify(spec)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
    recordChild(hop, { what: 'copy-hop', kind: 'service' });
    return hop;
  });
  await Promise.all(children.map(untilActive));
  return {
    first: names[0] ?? '',
    last: names.at(-1) ?? '',
    pids: children.map(({ pid }) => pid ?? 0),
    report: async () =>
      (await Promise.all(children.map((child) => ask<HopReport>(child, 'report')))).flatMap(({ commitMs }) => commitMs),
    async stop() {
      await Promise.all(
        children.map(async (child) => {
          const exited = once(child, 'exit');
          child.send('stop');
          await exited;
        }),
      );
    },
  };
};
