import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScrapeReader } from './scrape-reader.ts';

let reader: ScrapeReader;
let meters: MeterProvider;

beforeEach(() => {
  reader = new ScrapeReader();
  meters = new MeterProvider({ readers: [reader] });
});
afterEach(() => meters.shutdown());

const linesOf = (text: string, metric: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`))
    .map((line) => line.replace(/,?otel_scope_[a-z_]+="[^"]*"/gu, ''));

describe('a gauge that is observed', () => {
  it('shows what is there now, and no label that was there before', async () => {
    const lag = new Map([
      ['0', 5],
      ['1', 7],
    ]);
    meters
      .getMeter('m')
      .createObservableGauge('lag')
      .addCallback((observer) => {
        for (const [partition, records] of lag) observer.observe(records, { partition });
      });
    expect(linesOf(await reader.text(), 'lag')).toEqual(['lag{partition="0"} 5', 'lag{partition="1"} 7']);
    // As when the partition was given to another replica.
    lag.delete('1');
    expect(linesOf(await reader.text(), 'lag')).toEqual(['lag{partition="0"} 5']);
    lag.clear();
    expect(linesOf(await reader.text(), 'lag')).toEqual([]);
    lag.set('1', 2);
    expect(linesOf(await reader.text(), 'lag')).toEqual(['lag{partition="1"} 2']);
  });

  it('is whole for each of several who scrape at the same time', async () => {
    const meter = meters.getMeter('m');
    meter.createObservableGauge('quick').addCallback((observer) => observer.observe(1, { of: 'a' }));
    const answers: (() => void)[] = [];
    meter.createObservableGauge('slow').addCallback(async (observer) => {
      await new Promise<void>((answer) => answers.push(answer));
      observer.observe(2, { of: 'a' });
    });
    const scrapes = [reader.text(), reader.text()];
    await new Promise(setImmediate);
    while (answers.length > 0) {
      answers.shift()?.();
      await new Promise(setImmediate);
    }
    for (const text of await Promise.all(scrapes))
      expect([...linesOf(text, 'quick'), ...linesOf(text, 'slow')]).toEqual(['quick{of="a"} 1', 'slow{of="a"} 2']);
  });
});

it('a counter keeps what it has counted, whether anything is added between two scrapes or not', async () => {
  meters.getMeter('m').createCounter('sent').add(3, { to: 'a' });
  await reader.text();
  expect(linesOf(await reader.text(), 'sent_total')).toEqual(['sent_total{to="a"} 3']);
});
