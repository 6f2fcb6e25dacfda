import { metrics } from '@opentelemetry/api';

const makeCounter = () =>
  metrics
    .getMeter('sluice.enricher')
    .createCounter('sluice_lookups_total', { description: 'Lookups by provider and result.' });

let made: ReturnType<typeof makeCounter> | undefined;

/** The counter is made at first use: a meter asked for before the SDK has started stays deaf for ever. */
export const countLookup = (provider: string, status: string): void =>
  (made ??= makeCounter()).add(1, { provider, status });
