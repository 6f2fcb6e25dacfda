import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleWhenResult, noop } from 'cockatiel';
import { z } from 'zod';
import type { Looked, Lookup, LookUpOptions } from '../ports/lookup.port.ts';
import type { Finding, Provider } from '../ports/provider.port.ts';
import { countLookup } from './lookup-metrics.ts';

/** Where answers are kept, negative ones too. `@sluice/cache` has one. */
export interface AnswerStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
}

export interface CachedLookupOptions<Value> {
  readonly provider: Provider<Value>;
  readonly store: AnswerStore;
  /** What a kept value must look like to be believed. */
  readonly schema: z.ZodType<Value>;
  /**
   * Failures in a row after which the provider is left alone, and for how many milliseconds. Null where one domain's failure
   * says nothing about the next one's: then the kept failures of each domain are all the rest it needs.
   */
  readonly breaker: { readonly failures: number; readonly restMs: number } | null;
}

/** Nobody was asked: it costs nothing and is not kept. */
const RESTING = { status: 'failed', because: 'breaker-open' } as const;

const kept = z.discriminatedUnion('status', [
  z.object({ status: z.literal('found'), value: z.unknown() }),
  z.object({ status: z.literal('not-found') }),
  z.object({ status: z.literal('failed'), because: z.string() }),
]);

const believed = <Value>(answer: unknown, schema: z.ZodType<Value>): Finding<Value> | null => {
  const { data } = kept.safeParse(answer);
  if (data?.status !== 'found') return data ?? null;
  const value = schema.safeParse(data.value);
  return value.success ? { status: 'found', value: value.data } : null;
};

const keepSecondsOf = ({ status }: Finding<unknown>, { keepSeconds }: LookUpOptions['terms']): number => {
  if (status === 'found') return keepSeconds.found;
  return status === 'not-found' ? keepSeconds.notFound : keepSeconds.failed;
};

const valueOf = <Value>(finding: Finding<Value>): Value | null => (finding.status === 'found' ? finding.value : null);

const isFailure = (finding: unknown): boolean => (finding as Finding<unknown>).status === 'failed';

/** One provider behind a cache and a breaker. All who ask for one domain at the same time wait for one answer, paid for once. */
export const cachedLookup = <Value>({
  provider,
  store,
  schema,
  breaker,
}: CachedLookupOptions<Value>): Lookup<Value> => {
  const policy =
    breaker === null
      ? noop
      : circuitBreaker(handleWhenResult(isFailure), {
          breaker: new ConsecutiveBreaker(breaker.failures),
          halfOpenAfter: breaker.restMs,
        });
  const underWay = new Map<string, Promise<Finding<Value>>>();

  const ask = async (domain: string, { terms, maxCharacters }: LookUpOptions): Promise<Finding<Value>> => {
    try {
      const signal = AbortSignal.timeout(terms.timeoutMs);
      const finding = await policy.execute(() => provider.find(domain, { signal, maxCharacters }));
      await store.set(domain, finding, keepSecondsOf(finding, terms));
      return finding;
    } catch (error) {
      if (error instanceof BrokenCircuitError) return RESTING;
      throw error;
    } finally {
      underWay.delete(domain);
    }
  };

  /** The answer, and whether this caller is the one who pays for it. */
  const find = async (domain: string, options: LookUpOptions): Promise<{ finding: Finding<Value>; paid: boolean }> => {
    const running = underWay.get(domain);
    const asked = running ?? ask(domain, options);
    underWay.set(domain, asked);
    const finding = await asked;
    return { finding, paid: running === undefined && finding !== RESTING };
  };

  const look = async (domain: string, options: LookUpOptions): Promise<Omit<Looked<Value>, 'provider' | 'tookMs'>> => {
    const known = believed(await store.get(domain), schema);
    if (known) return { status: known.status === 'failed' ? 'failed' : 'cached', costUsd: 0, value: valueOf(known) };
    const { finding, paid } = await find(domain, options);
    return { status: finding.status, costUsd: paid ? options.terms.costUsd : 0, value: valueOf(finding) };
  };

  return {
    async lookUp(domain, options) {
      const startedAt = performance.now();
      const skipped = { status: 'skipped', costUsd: 0, value: null } as const;
      const looked = domain === null || !options.terms.enabled ? skipped : await look(domain, options);
      options.signal.throwIfAborted();
      countLookup(provider.name, looked.status);
      return { provider: provider.name, tookMs: Math.round(performance.now() - startedAt), ...looked };
    },
  };
};
