import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChatAnswer, ChatFailure, ChatResult } from './ports/chat-server.port.ts';
import type { ReportedIssue } from './ports/language-model.port.ts';
import { sender, type SenderOptions } from './send-with-retries.ts';

const answered: ChatAnswer = {
  kind: 'answered',
  id: 'chatcmpl-test',
  model: 'small',
  text: '{}',
  refusal: null,
  finishReason: 'stop',
  inputTokens: 1,
  outputTokens: 1,
  cachedInputTokens: 0,
  reasoningTokens: 0,
};
const failed = (because: ChatFailure, retryAfterMs: number | null = null): ChatResult => ({
  kind: 'failed',
  because,
  retryAfterMs,
});

describe('a sender', () => {
  let now = 0;
  let asked: string[];
  beforeEach(() => {
    asked = [];
    now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => vi.restoreAllMocks());

  const open = (options: SenderOptions = {}) => {
    const one = sender({ failures: 5, restMs: 10_000 }, { longestRestMs: 60_000, ...options });
    return {
      ...one,
      /** One question with so little time that nothing is tried twice. */
      ask: (result: ChatResult, model = 'small') =>
        one.send({
          model,
          signal: new AbortController().signal,
          deadline: now + 1,
          tryMs: 1,
          send: async () => {
            asked.push(model);
            return result;
          },
        }),
    };
  };

  it.each(['rejected', 'rate-limited', 'forbidden', 'credentials', 'no-credit', 'no-such-model'] as const)(
    'takes a hundred times "%s" for no outage',
    async (because) => {
      const { ask, isOpen } = open();
      for (let times = 0; times < 100; times += 1) await ask(failed(because));
      expect(isOpen()).toBe(false);
    },
  );

  it.each(['timeout', 'unreachable', 'server-error', 'malformed'] as const)(
    'takes five times "%s" in a row for one',
    async (because) => {
      const { ask, isOpen } = open();
      for (let times = 0; times < 5; times += 1) await ask(failed(because));
      expect(isOpen()).toBe(true);
    },
  );

  it.each([
    { asks: 5_000, rests: 5_000 },
    { asks: 365 * 24 * 3_600_000, rests: 60_000 },
    { asks: Number.MAX_SAFE_INTEGER, rests: 60_000 },
  ])('leaves a server alone for $rests ms that asks for $asks', async ({ asks, rests }) => {
    const { ask } = open();
    await ask(failed('rate-limited', asks));
    now += rests - 2;
    expect(await ask(answered)).toMatchObject({ kind: 'failed', because: 'rate-limited' });
    now += 2;
    expect(await ask(answered)).toMatchObject({ kind: 'answered' });
  });

  describe('that is refused what only people can mend', () => {
    it.each(['credentials', 'no-credit'] as const)(
      'asks nobody meanwhile (%s), and again after a while',
      async (because) => {
        const { ask, issues } = open();
        await ask(failed(because));
        expect(await ask(answered, 'large')).toMatchObject({ kind: 'failed', because });
        expect(issues()).toEqual([{ because, model: null }]);
        now += 60_000;
        expect(await ask(failed(because))).toMatchObject({ because });
        expect(await ask(answered)).toMatchObject({ because });
        now += 60_000;
        expect(await ask(answered)).toMatchObject({ kind: 'answered' });
        expect(issues()).toEqual([]);
        expect(asked).toEqual(['small', 'small', 'small']);
      },
    );

    it('asks for another model while one is not there', async () => {
      const { ask, issues } = open();
      await ask(failed('no-such-model'), 'large');
      expect(await ask(answered, 'large')).toMatchObject({ because: 'no-such-model' });
      expect(await ask(answered, 'small')).toMatchObject({ kind: 'answered' });
      expect(issues()).toEqual([{ because: 'no-such-model', model: 'large' }]);
    });

    it('goes on asking after a 403, which may be about one text', async () => {
      const { ask, issues } = open();
      await ask(failed('forbidden'));
      expect(issues()).toEqual([{ because: 'forbidden', model: 'small' }]);
      expect(await ask(answered)).toMatchObject({ kind: 'answered' });
      expect(issues()).toEqual([]);
    });

    it('says when it begins and when it ends, once', async () => {
      const told: (readonly ReportedIssue[])[] = [];
      const { ask } = open({ onIssues: (issues) => told.push(issues) });
      await ask(failed('forbidden'));
      await ask(failed('forbidden'));
      await ask(answered);
      await ask(answered);
      expect(told).toEqual([[{ because: 'forbidden', model: 'small' }], []]);
    });
  });
});
