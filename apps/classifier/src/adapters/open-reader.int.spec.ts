import { openRedis, type RedisLink } from '@sluice/cache';
import { startTcpProxy } from '@sluice/cache/testing';
import { startScriptedModelServer, type ScriptedModelServer } from '@sluice/llm/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlaybook } from '../testing/a-playbook.ts';
import { anEnrichedInquiry } from '../testing/an-enriched-inquiry.ts';
import { openReader, type ReaderChoice } from './open-reader.ts';

const { redisUrl } = testInfrastructure();
const signal = new AbortController().signal;
const answer = { use_case: 'crm', urgency_days: 14, contact_email: null, blockers: [], confidence: 0.9 };
/** A text of its own per test: answers are shared by all who use this Redis. */
const inquiry = () =>
  anEnrichedInquiry({ content: { subject: randomName('test'), text: 'We need seats.', removed: [], metadata: {} } });

describe('the reader as configured, on a real Redis', () => {
  let server: ScriptedModelServer;
  const links: RedisLink[] = [];
  const told: (string | null)[] = [];
  const open = (
    url = redisUrl,
    model: ReaderChoice['model'] = {
      baseUrl: server.baseUrl,
      apiKey: null,
      concurrency: 4,
      longestRestMs: 0,
    },
  ) => {
    const link = openRedis({ url });
    links.push(link);
    return openReader({ model, contactSecret: 'secret', onIssue: (issue) => told.push(issue) }, link);
  };
  beforeEach(async () => {
    server = await startScriptedModelServer();
    // As dear as a request may be: whether replicas ask at once or one after the other, the second has nothing left.
    server.script({ does: 'answer', text: JSON.stringify(answer), tokens: [400, 500] });
  });
  afterEach(async () => {
    await Promise.all(links.splice(0).map((link) => link.close()));
    await server.close();
  });

  it('reuses an answer that another replica was given', async () => {
    const [asked, [one, other]] = [inquiry(), [open(), open()]];
    expect(await one.reader.read(asked, aPlaybook(), signal)).toMatchObject({
      kind: 'understood',
      usage: { cached: false },
    });
    expect(await other.reader.read(asked, aPlaybook(), signal)).toMatchObject({
      kind: 'understood',
      fields: answer,
      usage: { cached: true, costUsd: 0 },
    });
    expect(server.requests).toHaveLength(1);
    expect(one.state()).toBe('rules, then the model');
  });

  it('reads on while Redis is away', async () => {
    const { hostname, port } = new URL(redisUrl);
    const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
    const { reader } = open(`redis://127.0.0.1:${proxy.port}`);
    await proxy.cut();
    expect(await reader.read(inquiry(), aPlaybook(), signal)).toMatchObject({ kind: 'understood', fields: answer });
    await proxy.close();
  });

  it("stops asking when the day's money is spent by all replicas together", async () => {
    const playbook = {
      ...aPlaybook({ model: { dailyBudgetUsd: 0.6, reuseMinutes: 0 } }),
      name: randomName('playbook'),
    };
    const readings = await Promise.all(
      [open(), open(), open()].map(({ reader }) => reader.read(inquiry(), playbook, signal)),
    );
    expect(readings.filter(({ kind }) => kind === 'understood')).toHaveLength(1);
    expect(readings.filter((reading) => reading.kind === 'unavailable' && reading.because === 'budget')).toHaveLength(
      2,
    );
  });

  it('says which setting the server refuses, until it answers again', async () => {
    server.script({ does: 'refuse', status: 401 }, { does: 'answer', text: JSON.stringify(answer) });
    told.length = 0;
    const { reader, state } = open();
    await reader.read(inquiry(), aPlaybook(), signal);
    const issue = 'the model server refuses our key (401): SLUICE_MODEL_API_KEY';
    expect(state()).toBe(`rules only where ${issue}`);
    await reader.read(inquiry(), aPlaybook(), signal);
    expect([state(), told]).toEqual(['rules, then the model', [issue, null]]);
  });

  it('says that there is no model where none is configured', async () => {
    const { reader, state } = open(redisUrl, null);
    expect(state()).toBe('rules only: no model is configured');
    expect(await reader.read(inquiry(), aPlaybook(), signal)).toMatchObject({
      kind: 'unavailable',
      because: 'not-configured',
    });
  });
});
