import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  effectRequested,
  slaAtRisk,
  slaBreached,
  slaEscalated,
  slaSignalled,
  type EventContract,
} from '@sluice/contracts';
import { uuidV5, type ConversationId, type InquiryId } from '@sluice/kernel';
import { createPostgres, type Postgres } from '@sluice/persistence';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Timers } from './ports/timers.port.ts';
import { wrote } from './testing/a-signal.ts';
import { clockBench, type ClockBench } from './testing/clock-bench.ts';
import { aClockPlaybook } from './testing/clock-playbook.ts';
import { makeTimersSchema, timersOnPostgres } from './testing/timers-on-postgres.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('router');
const address = { url, schema, expireSeconds: 2 };
const CONVERSATIONS = 40;
/** Two seconds, and as long again for the last step. */
const MINUTES = 2 / 60;
const SETTLED = { within: 90_000 };

let postgres: Postgres;
let timers: Timers;
let close: () => Promise<void>;
let bench: ClockBench;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  postgres = createPostgres({ url });
  await makeTimersSchema(address);
  await postgres.query(
    `create table "${schema}".heard (id bigserial primary key, timer uuid not null, key text not null, value text not null)`,
  );
  ({ timers, close } = await timersOnPostgres(address));
  bench = await clockBench({ playbook: aClockPlaybook(MINUTES), timers });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await bench.close();
  await close();
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.query(`drop schema if exists "${schema}_jobs" cascade`);
  await postgres.close();
});

/** A process that wakes clocks, and where it dies. */
const waker = async (dieAt: string): Promise<ChildProcess> => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'testing', 'waker-process.ts'), url, schema, String(address.expireSeconds), dieAt],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.add(child);
  await once(child.stdout, 'data');
  return child;
};
const killed = async (child: ChildProcess): Promise<void> => {
  if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
};

/** Passes on what was acknowledged, in its order, as the log would. */
let passedOn = 0;
const passOn = async (): Promise<void> => {
  const rows = await postgres.query(`select id, key, value from "${schema}".heard where id > $1 order by id`, [
    passedOn,
  ]);
  passedOn = Number(rows.at(-1)?.['id'] ?? passedOn);
  await bench.publish(
    rows.map((row) => ({
      topic: slaSignalled.v1.type,
      key: String(row['key']),
      value: Buffer.from(String(row['value'])),
      headers: {},
    })),
  );
};

const conversations = Array.from(
  { length: CONVERSATIONS },
  (_, n) => uuidV5('timer-deaths', schema, String(n)) as ConversationId,
);
const countsOf = <Data extends { readonly conversationId: string }>(
  contract: EventContract<string, Data>,
): readonly number[] => {
  const heard = bench.heard(contract);
  return conversations.map((id) => heard.filter(({ conversationId }) => conversationId === id).length);
};
const each = (count: number): readonly number[] => conversations.map(() => count);

const start = (ids: readonly ConversationId[]): Promise<void> =>
  bench.say(
    ...ids.map((conversationId) =>
      wrote(new Date().toISOString(), 'any', { conversationId, inquiryId: uuidV5(conversationId) as InquiryId }),
    ),
  );

/** Those who died after publishing, or amid it, left timers that are heard again. */
const someAreHeardAgain = async (): Promise<void> => {
  const [heard] = await postgres.query(
    `select count(*) as all, count(distinct timer) as timers from "${schema}".heard`,
  );
  expect(Number(heard?.['all'])).toBeGreaterThan(Number(heard?.['timers']));
};

it('no timer is missed and none is heard twice, wherever the process that wakes the clocks is killed', async () => {
  const half = conversations.slice(0, CONVERSATIONS / 2);
  await start(half);
  for (const place of ['after-take', 'amid-publish', 'after-publish']) await killed(await waker(place));
  const [one, other] = await Promise.all([waker('never'), waker('never')]);
  await eventually(someAreHeardAgain, SETTLED);
  await start(conversations.slice(half.length));
  await eventually(async () => {
    await passOn();
    expect(countsOf(slaAtRisk.v1).at(-1)).toBeGreaterThan(0);
  }, SETTLED);
  one.kill('SIGKILL');
  await killed(one);
  const heir = await waker('never');
  other.kill('SIGKILL');
  await eventually(async () => {
    await passOn();
    expect(countsOf(slaEscalated.v1)).toEqual(each(3));
  }, SETTLED);
  heir.kill('SIGKILL');
  await passOn();
  expect([
    countsOf(slaAtRisk.v1),
    countsOf(slaBreached.v1),
    countsOf(slaEscalated.v1),
    countsOf(effectRequested.v1),
  ]).toEqual([each(2), each(1), each(3), each(3)]);
  expect(new Set(bench.heard(effectRequested.v1).map(({ effectId }) => effectId)).size).toBe(3 * CONVERSATIONS);
  await eventually(() => expect(bench.breaches).toHaveLength(CONVERSATIONS));
}, 180_000);
