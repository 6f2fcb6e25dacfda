import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { languageModel } from './create-language-model.ts';
import type { ChatAnswer, ChatServer } from './ports/chat-server.port.ts';
import type { LanguageModel, Reading } from './ports/language-model.port.ts';
import { aQuestion, memoryStores, type TestAnswer } from './testing/a-question.ts';

const answered: ChatAnswer = {
  kind: 'answered',
  id: 'chatcmpl-test',
  model: 'small-model',
  text: '{"intent":"buying","urgency_days":1}',
  refusal: null,
  finishReason: 'stop',
  inputTokens: 1,
  outputTokens: 1,
  cachedInputTokens: 0,
  reasoningTokens: 0,
};

/** A server that answers when it is told to. */
const heldServer = () => {
  const open: { readonly answer: () => void; readonly timeoutMs: number }[] = [];
  const server: ChatServer = {
    address: { host: 'model', port: 443 },
    complete: (_request, { timeoutMs }) =>
      new Promise((resolve) => {
        open.push({ answer: () => resolve(answered), timeoutMs });
      }),
  };
  return { open, server };
};

describe('questions of one process', () => {
  let world: ReturnType<typeof heldServer>;
  let model: LanguageModel;
  const ask = (count: number): Promise<Reading<TestAnswer>>[] =>
    Array.from({ length: count }, (_, n) =>
      model.read(aQuestion({ message: `question ${n}` }), { signal: new AbortController().signal }),
    );

  beforeEach(() => {
    world = heldServer();
    model = languageModel({ server: world.server, ...memoryStores(), concurrency: 2 });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await model.close();
  });

  it('are under way as many at a time as was allowed, the next as soon as one is answered', async () => {
    const readings = ask(5);
    await eventually(() => expect(world.open).toHaveLength(2));
    for (let answeredSoFar = 1; answeredSoFar <= 3; answeredSoFar += 1) {
      world.open.shift()?.answer();
      await eventually(() => expect(world.open).toHaveLength(2));
    }
    for (const { answer } of world.open) answer();
    expect((await Promise.all(readings)).map(({ kind }) => kind)).toEqual(Array(5).fill('understood'));
  });

  it('have all of their time from when they are asked, however long they waited', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const readings = ask(3);
    await eventually(() => expect(world.open).toHaveLength(2));
    const [first] = world.open;
    vi.advanceTimersByTime(1_900);
    for (const { answer } of world.open.splice(0)) answer();
    await eventually(() => expect(world.open).toHaveLength(1));
    expect(world.open[0]?.timeoutMs).toBe(first?.timeoutMs);
    for (const { answer } of world.open) answer();
    await Promise.all(readings);
  });
});
