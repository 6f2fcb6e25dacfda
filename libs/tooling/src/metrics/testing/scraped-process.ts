import { metrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { ScrapeReader } from '../../../../telemetry/src/scrape-reader.ts';

/** What `/metrics` shows of this process. Must be imported before whatever makes its instruments when it is loaded: they would stay deaf. */
export const reader = new ScrapeReader();
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
