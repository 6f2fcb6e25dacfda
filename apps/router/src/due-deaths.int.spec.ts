import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  conversationDue,
  effectRequested,
  inquiryScored,
  slaAtRisk,
  slaBreached,
  slaEscalated,
  type EventContract,
} from '@sluice/contracts';
import { createPostgres, createStateStore, migrate, type Postgres } from '@sluice/persistence';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { routerSchema } from './migrations.ts';
import { conversationIdOf } from './testing/a-request.ts';
import { aRouter, type Router } from './testing/a-router.ts';
import { aScored } from './testing/a-scored.ts';
import { aClockPlaybook } from './testing/clock-playbook.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('router');
const CONVERSATIONS = 40;
/** Two seconds, and as long again for the last step. */
const MINUTES = 2 / 60;
const SETTLED = { within: 60_000 };

let postgres: Postgres;
let world: Router;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: routerSchema.migrations });
  await postgres.query(
    `create table "${schema}".published (id bigserial primary key, topic text not null, key text not null, value text not null, headers text not null)`,
  );
  world = aRouter(
    aClockPlaybook(MINUTES, {
      sinks: { slack: { mode: 'live', otherwise: '#all' }, webhooks: [{ name: 'subscribers', mode: 'live' }] },
    }),
    {
      stateStore: createStateStore(postgres, { schema }),
    },
  );
  await world.run(2);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world.close();
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

/** A process that publishes what is due, and where it dies. */
const publisher = async (dieAt: string): Promise<ChildProcess> => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'testing', 'publisher-process.ts'), url, schema, dieAt],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
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
  const rows = await postgres.query(`select * from "${schema}".published where id > $1 order by id`, [passedOn]);
  passedOn = Number(rows.at(-1)?.['id'] ?? passedOn);
  await world.publish(
    rows.map((row) => ({
      topic: String(row['topic']),
      key: String(row['key']),
      value: Buffer.from(String(row['value'])),
      headers: JSON.parse(String(row['headers'])) as Record<string, string>,
    })),
  );
};

/** What a dead process had taken is due again after half a minute: which has passed. */
const halfAMinuteLater = (): Promise<unknown> =>
  postgres.query(`update "${schema}".stage_state set due_at = now() where due_attempts > 0`);

const names = Array.from({ length: CONVERSATIONS }, (_, n) => `${schema} ${n}`);
const countsOf = <Data extends { readonly conversationId: string }>(
  contract: EventContract<string, Data>,
): readonly number[] => {
  const all = world.read(contract);
  return names.map((name) => all.filter(({ conversationId }) => conversationId === conversationIdOf(name)).length);
};
const each = (count: number): readonly number[] => names.map(() => count);
const write = (these: readonly string[]): Promise<void> =>
  world.send(these.map((name) => inquiryScored.v1.of(aScored(name, { receivedAt: new Date().toISOString() }))));

it('no due time is lost and none is heard twice, wherever the process that publishes them is killed', async () => {
  const half = names.slice(0, CONVERSATIONS / 2);
  await write(half);
  for (const place of ['after-take', 'amid-publish', 'after-publish']) await killed(await publisher(place));
  await halfAMinuteLater();
  const [one, other] = await Promise.all([publisher('never'), publisher('never')]);
  await write(names.slice(half.length));
  await eventually(async () => {
    await passOn();
    expect(countsOf(slaAtRisk.v1).at(-1)).toBeGreaterThan(0);
  }, SETTLED);
  one.kill('SIGKILL');
  await killed(one);
  const heir = await publisher('never');
  other.kill('SIGKILL');
  await halfAMinuteLater();
  await eventually(async () => {
    await passOn();
    expect(countsOf(slaEscalated.v1)).toEqual(each(3));
  }, SETTLED);
  heir.kill('SIGKILL');
  await passOn();
  await eventually(() => expect(world.undecided()).toEqual([]), SETTLED);
  const dues = world.records(conversationDue.v1.type).map(({ value }) => String(value));
  // Those who died after publishing, or amid it, left due times that were published again: as other events.
  expect(dues.length).toBeGreaterThan(new Set(dues).size);
  expect([countsOf(slaAtRisk.v1), countsOf(slaBreached.v1), countsOf(slaEscalated.v1)]).toEqual([
    each(2),
    each(1),
    each(3),
  ]);
  const steps = world
    .read(effectRequested.v1)
    .filter(({ content }) => content['type'] !== 'inquiry.routed' && content['summary'] !== 'A secret of the sender');
  expect(steps).toHaveLength(3 * CONVERSATIONS);
  expect(new Set(steps.map(({ effectId }) => effectId)).size).toBe(3 * CONVERSATIONS);
  expect([world.deadLetters(), world.replay()]).toEqual([[], []]);
}, 180_000);
