import { metrics } from '@opentelemetry/api';

export type CacheUse = 'cache' | 'counter' | 'rate-limit';

const makeInstruments = () => {
  const meter = metrics.getMeter('sluice.cache');
  return {
    unanswered: meter.createCounter('sluice_redis_unanswered_total', {
      description: 'Calls that went on without Redis, by use.',
    }),
    lookups: meter.createCounter('sluice_cache_lookups_total', {
      description: 'Cache lookups by namespace and result: hit, miss, unavailable.',
    }),
  };
};

let made: ReturnType<typeof makeInstruments> | undefined;
/** Made at first use: a meter asked for before the SDK has started stays deaf for ever. */
const instruments = (): ReturnType<typeof makeInstruments> => (made ??= makeInstruments());

export const countUnanswered = (use: CacheUse): void => instruments().unanswered.add(1, { use });
export const countLookup = (namespace: string, result: 'hit' | 'miss' | 'unavailable'): void =>
  instruments().lookups.add(1, { namespace, result });
