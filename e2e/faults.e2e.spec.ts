import { controlSimulators, type SimulatorName } from '@sluice/simulators';
import { inquiryRaw } from '@sluice/contracts';
import { eventually } from '@sluice/testing';
import { isAlive, type ServerName, type Stack } from '@sluice/tooling';
import { createKafkaTransport } from '@sluice/transport';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, attachStack, postLead, readLog, type LoggedEvent } from './support/attach.ts';

const OUTAGE_MS = 60_000;
const DURING = 12;

let stack: Stack;
const run = randomUUID().slice(0, 8);

const lead = (name: string): object => ({
  source: 'web-form', eventId: `${run}-${name}`, subject: `About ${name}`, text: `We need a CRM integration for our sales team this month (${run} ${name}).`,
  contact: { email: `${run}-${name}@outage-test.com`, title: 'CEO', country: 'US' }, metadata: { budget_usd: 20_000 },
});

/** Sends until it is accepted: a refusal is honest, and what was accepted must get through. */
const send = (name: string): Promise<string> => eventually(async () => {
  const { status, body } = await postLead(stack, lead(name));
  expect(status).toBe(202);
  return String(body['inquiryId']);
}, { within: OUTAGE_MS * 2 });

const of = (log: ReadonlyMap<string, readonly LoggedEvent[]>, topic: string, ids: readonly string[]): readonly LoggedEvent[] =>
  (log.get(topic) ?? []).filter(({ data }) => ids.includes(String(data['inquiryId'])));

/** All got through, each once, and were told once. */
const expectThrough = async (ids: readonly string[]): Promise<void> => {
  await eventually(async () => {
    for (const id of ids) expect(await ask<object>(stack, `/v1/inquiries/${id}`)).toMatchObject({ settled: true });
  }, { within: 120_000 });
  const log = await readLog(stack);
  for (const topic of ['inquiry.normalized.v1', 'inquiry.scored.v1', 'inquiry.routed.v1', 'inquiry.assigned.v1']) {
    expect(of(log, topic, ids).map(({ data }) => data['inquiryId']).sort()).toEqual([...ids].sort());
  }
  const effects = of(log, 'effect.requested.v1', ids).map(({ data }) => String(data['effectId']));
  const simulators = controlSimulators(stack.simulatorsUrl);
  const applied = { ...(await simulators.journal('slack')).applied, ...(await simulators.journal('webhook')).applied };
  expect(effects.filter((id) => applied[id] !== 1)).toEqual([]);
};

const untilPassed = (from: number, ms: number): Promise<void> => eventually(() => expect(Date.now() - from).toBeGreaterThanOrEqual(ms), { within: ms + 5_000 });

/** Something is away for a minute, and leads come in all the while. */
const throughOutage = async (name: string, outages: readonly { away: () => Promise<void>; back: () => Promise<void> }[]): Promise<void> => {
  const from = Date.now();
  await Promise.all(outages.map(({ away }) => away()));
  const sent: Promise<string>[] = [];
  for (let n = 0; n < DURING; n += 1) {
    sent.push(send(`${name}-${n}`));
    await untilPassed(from, (OUTAGE_MS / DURING) * n);
  }
  await untilPassed(from, OUTAGE_MS);
  await Promise.all(outages.map(({ back }) => back()));
  await expectThrough(await Promise.all(sent));
};

beforeAll(async () => {
  stack = attachStack();
  await stack.start();
});

describe('away for a minute, and nothing is lost', () => {
  const servers = (name: ServerName) => ({ away: () => stack.stopServer(name), back: () => stack.startServer(name) });
  const simulated = (name: SimulatorName) => {
    const simulators = controlSimulators(stack.simulatorsUrl);
    return { away: () => simulators.setOutage(name, { up: false }), back: () => simulators.setOutage(name, { up: true }) };
  };

  it('the schema registry and the enrichment provider', async () => {
    await throughOutage('registry', [servers('registry'), simulated('firmographics')]);
  });

  it('Redis and the model', async () => {
    await throughOutage('redis', [servers('redis'), simulated('openai')]);
  });
});

describe('killed and frozen', () => {
  it('every service dies at once with work in hand, is brought back, and every inquiry gets through once', async () => {
    const services = ['ingest', 'enricher', 'classifier', 'router', 'notifier'];
    const before = await Promise.all(Array.from({ length: 40 }, (_, n) => send(`killed-${n}`)));
    for (const { pid } of services.flatMap((name) => stack.replicas(name))) process.kill(pid, 'SIGKILL');
    await eventually(() => expect(services.flatMap((name) => stack.replicas(name)).filter(isAlive)).toEqual([]));
    await Promise.all(services.map((name) => stack.scaleTo(name, 1)));
    const after = await Promise.all(Array.from({ length: 10 }, (_, n) => send(`after-kill-${n}`)));
    await expectThrough([...before, ...after]);
  });

  it('a router that was frozen past its session and wakes up again writes nothing twice', async () => {
    await stack.scaleTo('router', 2);
    const [frozen] = stack.replicas('router');
    const sent = Array.from({ length: 20 }, (_, n) => send(`frozen-${n}`));
    process.kill(frozen?.pid ?? 0, 'SIGSTOP');
    const from = Date.now();
    const later = Array.from({ length: 20 }, (_, n) => send(`frozen-later-${n}`));
    await untilPassed(from, 20_000);
    process.kill(frozen?.pid ?? 0, 'SIGCONT');
    await expectThrough(await Promise.all([...sent, ...later]));
    await stack.scaleTo('router', 1);
  });
});

describe('poison', () => {
  it('is dead-lettered with its reason, and its partition goes on', async () => {
    const transport = createKafkaTransport({ brokers: stack.addresses.brokers, clientId: 'poison' });
    await transport.publish([
      { topic: inquiryRaw.v1.type, key: `${run}-poison`, value: Buffer.from('no event at all'), headers: { ce_id: `${run}-poison-1` } },
      { topic: inquiryRaw.v1.type, key: `${run}-poison`, value: null, headers: { ce_id: `${run}-poison-2` } },
    ]);
    await transport.close();
    const after = await Promise.all(Array.from({ length: 24 }, (_, n) => send(`after-poison-${n}`)));
    await expectThrough(after);
    const dead = (await readLog(stack)).get('inquiry.raw.v1.dlq.normalize-inquiry') ?? [];
    const mine = dead.filter(({ record }) => String(record.headers['ce_id']).startsWith(`${run}-poison`));
    expect(mine.map(({ record }) => [record.value?.toString() ?? null, String(record.headers['__streams.errors.exception'])]).sort()).toEqual([[null, 'UndecodableError'], ['no event at all', 'UndecodableError']]);
  });
});
