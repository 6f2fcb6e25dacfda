import { eventually } from '@sluice/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LookupTerms } from '../domain/lookup-terms.ts';
import type { Finding, Provider } from '../ports/provider.port.ts';
import { someTerms } from '../testing/a-policy.ts';
import { cachedLookup, type AnswerStore } from './cached-lookup.adapter.ts';

const signal = new AbortController().signal;

/** Says what it is told to, and remembers what it was asked. */
const scriptedProvider = () => {
  const asked: string[] = [];
  let next: (domain: string, signal: AbortSignal) => Promise<Finding<string>> = async () => ({ status: 'not-found' });
  const provider: Provider<string> = {
    name: 'test',
    find: (domain, options) => {
      asked.push(domain);
      return next(domain, options.signal);
    },
  };
  return {
    provider,
    asked,
    answers: (finding: Finding<string>) => {
      next = async () => finding;
    },
    acts: (act: typeof next) => {
      next = act;
    },
  };
};

const memoryStore = (): AnswerStore & { readonly kept: Map<string, { value: unknown; ttlSeconds: number }> } => {
  const kept = new Map<string, { value: unknown; ttlSeconds: number }>();
  return {
    kept,
    get: async (key) => kept.get(key)?.value,
    set: async (key, value, ttlSeconds) => {
      if (ttlSeconds > 0) kept.set(key, { value, ttlSeconds });
    },
  };
};

describe('a cached lookup', () => {
  let world: ReturnType<typeof scriptedProvider>;
  let store: ReturnType<typeof memoryStore>;
  const open = (breaker: { failures: number; restMs: number } | null = null) => {
    const lookup = cachedLookup({ provider: world.provider, store, schema: z.string(), breaker });
    return (domain: string | null, terms: Partial<LookupTerms> = {}) =>
      lookup.lookUp(domain, { terms: { ...someTerms, ...terms }, maxCharacters: 1000, signal });
  };
  beforeEach(() => {
    world = scriptedProvider();
    store = memoryStore();
  });

  it.each([
    {
      finding: { status: 'found', value: 'x' },
      first: 'found',
      then: 'cached',
      value: 'x',
      kept: someTerms.keepSeconds.found,
    },
    {
      finding: { status: 'not-found' },
      first: 'not-found',
      then: 'cached',
      value: null,
      kept: someTerms.keepSeconds.notFound,
    },
    {
      finding: { status: 'failed', because: 'timeout' },
      first: 'failed',
      then: 'failed',
      value: null,
      kept: someTerms.keepSeconds.failed,
    },
  ] as const)('that was $first is paid for once and then $then', async ({ finding, first, then, value, kept }) => {
    const lookUp = open();
    world.answers(finding);
    expect(await lookUp('a.example')).toMatchObject({ provider: 'test', status: first, costUsd: 0.01, value });
    expect(await lookUp('a.example')).toMatchObject({ provider: 'test', status: then, costUsd: 0, value });
    expect(world.asked).toEqual(['a.example']);
    expect(store.kept.get('a.example')?.ttlSeconds).toBe(kept);
  });

  it.each([
    { why: 'there is no domain', domain: null, terms: {} },
    { why: 'the playbook has switched it off', domain: 'a.example', terms: { enabled: false } },
  ])('is skipped for free when $why', async ({ domain, terms }) => {
    expect(await open()(domain, terms)).toEqual({
      provider: 'test',
      status: 'skipped',
      tookMs: 0,
      costUsd: 0,
      value: null,
    });
    expect(world.asked).toEqual([]);
  });

  it('is one question when many ask for the same domain at once', async () => {
    const lookUp = open();
    world.acts(
      async () =>
        new Promise((resolve) => {
          setImmediate(() => resolve({ status: 'found', value: 'x' }));
        }),
    );
    const looked = await Promise.all(Array.from({ length: 5 }, () => lookUp('a.example')));
    expect(world.asked).toEqual(['a.example']);
    expect(looked.map(({ value }) => value)).toEqual(['x', 'x', 'x', 'x', 'x']);
    expect(looked.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBe(0.01);
  });

  it("gives the provider the playbook's time, and says how long it took", async () => {
    world.acts(
      (_domain, timer) =>
        new Promise((resolve) => {
          timer.addEventListener('abort', () => resolve({ status: 'failed', because: 'timeout' }));
        }),
    );
    const looked = await open()('a.example', { timeoutMs: 80 });
    expect(looked).toMatchObject({ status: 'failed' });
    expect(looked.tookMs).toBeGreaterThanOrEqual(75);
  });

  it.each([{ status: 'found', value: 7 }, { status: 'elsewhere' }, 'nonsense', null])(
    'asks again when what was kept is %o',
    async (kept) => {
      await store.set('a.example', kept, 60);
      world.answers({ status: 'found', value: 'fresh' });
      expect(await open()('a.example')).toMatchObject({ status: 'found', value: 'fresh' });
    },
  );

  it('leaves a provider alone after failures in a row, keeps nothing of it, and tries again later', async () => {
    const lookUp = open({ failures: 2, restMs: 100 });
    world.answers({ status: 'failed', because: 'status 500' });
    await lookUp('a.example');
    await lookUp('b.example');
    expect(await lookUp('c.example')).toMatchObject({ status: 'failed', costUsd: 0 });
    expect(world.asked).toEqual(['a.example', 'b.example']);
    expect(store.kept.has('c.example')).toBe(false);
    world.answers({ status: 'found', value: 'x' });
    await eventually(async () => expect(await lookUp('c.example')).toMatchObject({ status: 'found' }), {
      within: 3000,
    });
  });

  it("does not hold one domain's failures against others where there is no breaker", async () => {
    const lookUp = open(null);
    world.answers({ status: 'failed', because: 'unreachable' });
    for (let n = 0; n < 20; n += 1) await lookUp(`dead${n}.example`);
    world.answers({ status: 'found', value: 'x' });
    expect(await lookUp('alive.example')).toMatchObject({ status: 'found' });
  });

  it('throws only when the partition was taken away', async () => {
    const gone = new AbortController();
    gone.abort(new Error('partition lost'));
    const lookup = cachedLookup({ provider: world.provider, store, schema: z.string(), breaker: null });
    await expect(
      lookup.lookUp('a.example', { terms: someTerms, maxCharacters: 10, signal: gone.signal }),
    ).rejects.toThrow('partition lost');
  });
});
