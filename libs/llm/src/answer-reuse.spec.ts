import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLanguageModel } from './create-language-model.ts';
import type { LanguageModel } from './ports/language-model.port.ts';
import { aQuestion, memoryStores } from './testing/a-question.ts';
import {
  startScriptedModelServer,
  type ScriptedModelServer,
  type ServerStep,
} from './testing/scripted-model-server.ts';

const buying = { intent: 'buying', urgency_days: 14 };
const answer = (): ServerStep => ({ does: 'answer', text: JSON.stringify(buying), tokens: [100, 20] });
const prose: ServerStep = { does: 'answer', text: 'They would like to buy something.' };
const signal = new AbortController().signal;

describe('a language model with a memory', () => {
  let server: ScriptedModelServer;
  let stores: ReturnType<typeof memoryStores>;
  let model: LanguageModel;
  beforeEach(async () => {
    server = await startScriptedModelServer();
    stores = memoryStores();
    model = createLanguageModel({ baseUrl: server.baseUrl, apiKey: null, ...stores });
  });
  afterEach(async () => {
    await model.close();
    await server.close();
  });

  const reuse = { limits: { reuseSeconds: 600 } };

  it('answers an identical question from the cache, for free', async () => {
    server.script(answer());
    const first = await model.read(aQuestion(reuse), { signal });
    const again = await model.read(aQuestion(reuse), { signal });
    expect(again).toMatchObject({
      kind: 'understood',
      answer: buying,
      usage: {
        model: 'small-model-2026',
        cached: true,
        attempts: 0,
        inputTokens: 0,
        outputTokens: 0,
        costUsd: 0,
        promptHash: first.usage.promptHash,
      },
    });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    { what: 'another message', other: { message: 'We want to sell' } },
    { what: 'another model', other: { model: 'large-model' } },
  ])('asks again about $what', async ({ other }) => {
    server.script(answer());
    await model.read(aQuestion(reuse), { signal });
    expect(await model.read(aQuestion({ ...reuse, ...other }), { signal })).toMatchObject({ usage: { cached: false } });
  });

  it('keeps nothing where the playbook reuses nothing, and no answer that could not be read', async () => {
    server.script(answer());
    await model.read(aQuestion(), { signal });
    server.script(prose);
    await model.read(aQuestion({ ...reuse, message: 'other' }), { signal });
    expect(stores.answers.kept.size).toBe(0);
  });

  it('asks again when what was kept no longer fits', async () => {
    server.script(answer());
    const { usage } = await model.read(aQuestion(reuse), { signal });
    await stores.answers.set(usage.promptHash, { answer: { intent: 'gone' }, model: 'old' }, 600);
    expect(await model.read(aQuestion(reuse), { signal })).toMatchObject({ answer: buying, usage: { cached: false } });
  });

  it('lets identical questions share one call, which is paid for once', async () => {
    server.script(answer());
    const readings = await Promise.all(Array.from({ length: 5 }, () => model.read(aQuestion(), { signal })));
    expect(server.requests).toHaveLength(1);
    expect(readings.map(({ usage }) => usage.cached)).toEqual([false, true, true, true, true]);
    expect(readings.reduce((sum, { usage }) => sum + usage.costUsd, 0)).toBeCloseTo(0.3, 9);
  });

  it('goes on for those who stay when one of them leaves', async () => {
    server.script(answer());
    const leaving = new AbortController();
    const left = model.read(aQuestion(), { signal: leaving.signal });
    const stayed = model.read(aQuestion(), { signal });
    leaving.abort(new Error('partition lost'));
    await expect(left).rejects.toThrow('partition lost');
    expect(await stayed).toMatchObject({ kind: 'understood' });
  });
});
