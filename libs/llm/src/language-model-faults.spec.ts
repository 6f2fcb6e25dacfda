import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLanguageModel, type LanguageModelOptions } from './create-language-model.ts';
import type { LanguageModel } from './ports/language-model.port.ts';
import { aQuestion, memoryStores } from './testing/a-question.ts';
import {
  startScriptedModelServer,
  type ScriptedModelServer,
  type ServerStep,
} from './testing/scripted-model-server.ts';

const answer = {
  does: 'answer',
  text: '{"intent":"buying","urgency_days":null}',
  tokens: [100, 20],
} as const satisfies ServerStep;
const signal = new AbortController().signal;

describe('a language model that is unwell', () => {
  let server: ScriptedModelServer;
  let stores: ReturnType<typeof memoryStores>;
  const models: LanguageModel[] = [];
  const open = (over: Partial<LanguageModelOptions> = {}): LanguageModel => {
    const model = createLanguageModel({ baseUrl: server.baseUrl, apiKey: null, ...stores, ...over });
    models.push(model);
    return model;
  };
  beforeEach(async () => {
    server = await startScriptedModelServer();
    stores = memoryStores();
  });
  afterEach(async () => {
    await Promise.all(models.splice(0).map((model) => model.close()));
    await server.close();
  });

  it.each([
    { fault: { does: 'refuse', status: 500 } },
    { fault: { does: 'refuse', status: 503 } },
    { fault: { does: 'reset' } },
    { fault: { does: 'say', body: 'not json' } },
    { fault: { does: 'say', body: '{"choices":[]}' } },
    { fault: { does: 'refuse', status: 429, headers: { 'retry-after-ms': '50' } } },
  ] as const)('is asked again after $fault', async ({ fault }) => {
    server.script(fault, answer);
    expect(await open().read(aQuestion(), { signal })).toMatchObject({
      kind: 'understood',
      usage: { attempts: 2, inputTokens: 100 },
    });
  });

  it.each([
    { fault: { does: 'refuse', status: 500 }, because: 'server-error', attempts: 4 },
    { fault: { does: 'reset' }, because: 'unreachable', attempts: 4 },
    { fault: { does: 'say', body: '<html>' }, because: 'malformed', attempts: 4 },
    { fault: { does: 'refuse', status: 401 }, because: 'credentials', attempts: 1 },
    { fault: { does: 'refuse', status: 402 }, because: 'no-credit', attempts: 1 },
    { fault: { does: 'refuse', status: 429, code: 'insufficient_quota' }, because: 'no-credit', attempts: 1 },
    { fault: { does: 'refuse', status: 403 }, because: 'forbidden', attempts: 1 },
    { fault: { does: 'refuse', status: 404, message: 'no such model' }, because: 'no-such-model', attempts: 1 },
    { fault: { does: 'refuse', status: 413 }, because: 'rejected', attempts: 1 },
    { fault: { does: 'refuse', status: 400, message: 'too long' }, because: 'rejected', attempts: 1 },
  ] as const)('is unavailable after $attempts tries that met $fault', async ({ fault, because, attempts }) => {
    server.script(fault);
    expect(await open({ breaker: { failures: 100, restMs: 1000 } }).read(aQuestion(), { signal })).toMatchObject({
      kind: 'unavailable',
      because,
      usage: { attempts, costUsd: 0 },
    });
  });

  it.each(['hang', 'dribble'] as const)(
    "gives up on a server that lets it %s, within the question's time, after a second try",
    async (does) => {
      server.script({ does });
      const before = performance.now();
      expect(await open().read(aQuestion({ limits: { timeoutMs: 400 } }), { signal })).toMatchObject({
        kind: 'unavailable',
        because: 'timeout',
        usage: { attempts: 2 },
      });
      expect(performance.now() - before).toBeLessThan(5_000);
    },
  );

  it('has time for a second try after the first one hung', async () => {
    server.script({ does: 'hang' }, answer);
    expect(await open().read(aQuestion({ limits: { timeoutMs: 600 } }), { signal })).toMatchObject({
      kind: 'understood',
      usage: { attempts: 2 },
    });
  });

  it('waits as long as it is asked to', async () => {
    server.script({ does: 'refuse', status: 429, headers: { 'retry-after-ms': '300' } }, answer);
    const before = performance.now();
    expect(await open().read(aQuestion(), { signal })).toMatchObject({ kind: 'understood' });
    expect(performance.now() - before).toBeGreaterThanOrEqual(299);
  });

  it('does not wait longer than the question may take, and leaves the server alone until then', async () => {
    server.script({ does: 'refuse', status: 429, headers: { 'retry-after': '60' } });
    const model = open();
    expect(await model.read(aQuestion(), { signal })).toMatchObject({
      kind: 'unavailable',
      because: 'rate-limited',
      usage: { attempts: 1 },
    });
    expect(await model.read(aQuestion({ message: 'next' }), { signal })).toMatchObject({
      because: 'rate-limited',
      usage: { attempts: 0 },
    });
    expect(server.requests).toHaveLength(1);
  });

  it('is asked again after a while by a server that wants to be left alone until the year 2099', async () => {
    server.script({ does: 'refuse', status: 429, headers: { 'retry-after': 'Thu, 01 Jan 2099 00:00:00 GMT' } }, answer);
    const model = open({ longestRestMs: 50 });
    expect(await model.read(aQuestion({ limits: { timeoutMs: 2_000 } }), { signal })).toMatchObject({
      kind: 'understood',
      usage: { attempts: 2 },
    });
  });

  it('reads what others wrote after five messages that it would not take', async () => {
    server.script(
      ...Array.from({ length: 5 }, () => ({ does: 'refuse', status: 400, message: 'too long' }) as const),
      answer,
    );
    const model = open();
    for (let times = 0; times < 5; times += 1)
      expect(await model.read(aQuestion({ message: `long ${times}` }), { signal })).toMatchObject({
        because: 'rejected',
      });
    expect(model.isAvailable()).toBe(true);
    expect(await model.read(aQuestion(), { signal })).toMatchObject({ kind: 'understood' });
  });

  it('says which setting is wrong, and takes it back', async () => {
    server.script({ does: 'refuse', status: 401 }, answer);
    const model = open({ longestRestMs: 0 });
    await model.read(aQuestion(), { signal });
    expect(model.issues()).toEqual([{ because: 'credentials', model: null }]);
    expect(await model.read(aQuestion(), { signal })).toMatchObject({ kind: 'understood' });
    expect(model.issues()).toEqual([]);
  });

  it('is not asked for a while after several failures, then tried once, then used again', async () => {
    server.script({ does: 'refuse', status: 500 });
    const model = open({ breaker: { failures: 3, restMs: 1000 } });
    expect(await model.read(aQuestion(), { signal })).toMatchObject({
      kind: 'unavailable',
      because: 'breaker-open',
      usage: { attempts: 3 },
    });
    expect(await model.read(aQuestion({ message: 'next' }), { signal })).toMatchObject({
      because: 'breaker-open',
      usage: { attempts: 0 },
    });
    expect(model.isAvailable()).toBe(false);
    server.script(answer);
    await eventually(
      async () => {
        expect(await model.read(aQuestion(), { signal })).toMatchObject({ kind: 'understood' });
      },
      { within: 3000 },
    );
    expect(model.isAvailable()).toBe(true);
  });

  describe('with a daily budget', () => {
    let now = '2026-11-21T23:59:00.000Z';
    const limits = {
      maxOutputTokens: 20,
      price: { inputPerMillionUsd: 100, outputPerMillionUsd: 10_000 },
      budget: { scope: 'lead-qual', dailyUsd: 0.6 },
    };
    const ask = (model: LanguageModel, message: string) => model.read(aQuestion({ message, limits }), { signal });
    beforeEach(() => {
      now = '2026-11-21T23:59:00.000Z';
      server.script({ ...answer, tokens: [30, 20] });
    });

    it("is not asked once the day's money is spent, until the next UTC day", async () => {
      const model = open({ clock: { now: () => now } });
      expect(await ask(model, 'one')).toMatchObject({
        kind: 'understood',
        usage: { inputTokens: 30, outputTokens: 20 },
      });
      expect(await ask(model, 'two')).toMatchObject({ kind: 'understood' });
      expect(await ask(model, 'three')).toMatchObject({
        kind: 'unavailable',
        because: 'budget',
        usage: { attempts: 0 },
      });
      now = '2026-11-22T00:00:00.000Z';
      expect(await ask(model, 'four')).toMatchObject({ kind: 'understood' });
    });

    it('is not overspent by many questions at once', async () => {
      const model = open({ clock: { now: () => now } });
      const readings = await Promise.all(Array.from({ length: 10 }, (_, n) => ask(model, `question ${n}`)));
      expect(readings.filter(({ kind }) => kind === 'understood').length).toBe(2);
      expect(readings.reduce((sum, { usage }) => sum + usage.costUsd, 0)).toBeLessThanOrEqual(0.6);
    });

    it('gives back what a failed request did not cost', async () => {
      const model = open({ clock: { now: () => now } });
      server.script({ does: 'refuse', status: 400, message: 'no' });
      await ask(model, 'one');
      expect(await stores.spent.read('lead-qual:2026-11-21')).toBeCloseTo(0, 9);
    });

    it('is spent by what the server says, not by the estimate', async () => {
      const model = open({ clock: { now: () => now } });
      await ask(model, 'one');
      expect(await stores.spent.read('lead-qual:2026-11-21')).toBeCloseTo(0.203, 9);
    });
  });
});
