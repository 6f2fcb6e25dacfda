import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import type { Connector } from '@sluice/connectors';
import { eventually } from '@sluice/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lanes } from './lanes.ts';
import { aLedger, type TestLedger } from './testing/a-ledger.ts';
import type { NotifierUnderTest } from './testing/a-notifier.ts';
import { aPlannedEffect } from './testing/a-planned-effect.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const spans = new InMemorySpanExporter();
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });

let world: TestLedger;
let lanes: Lanes;
let aNotifier: (under: NotifierUnderTest) => Promise<Lanes>;
let calls = 0;

/** Does not know what became of the first call, and finds it when asked. */
const forgetful: Connector = {
  kind: 'slack.message',
  onUnknown: 'ask',
  timeoutMs: 500,
  check: async () => ({ kind: 'checked', faults: [] }),
  perform: async () => {
    calls += 1;
    return { kind: 'unknown', reason: 'timeout' };
  },
  ask: async () => ({ kind: 'found', providerId: 'C1:2', responseDigest: 'a'.repeat(64) }),
  close: async () => undefined,
};

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }));
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  // Instruments are made when a module is loaded: after the SDK, as in a service.
  ({ aNotifier } = await import('./testing/a-notifier.ts'));
  world = await aLedger();
  lanes = await aNotifier({ ledger: world, connectors: [forgetful] });
});
afterAll(async () => {
  await lanes.drain();
  await world.close();
  await reader.shutdown();
});

it('an effect’s turns are spans of the inquiry’s trace, its settled event carries it on, and none says anything of the content', async () => {
  const effect = aPlannedEffect({
    traceParent: `00-${TRACE}-${PARENT}-01`,
    content: { subject: 'canary-subject', summary: 'canary@example.com' },
  });
  await world.ledger.plan([effect]);
  await eventually(async () => expect((await world.row(effect.effectId))['state']).toBe('confirmed'));
  expect(calls).toBe(1);
  const mine = spans.getFinishedSpans().filter(({ attributes }) => attributes['sluice.effect.id'] === effect.effectId);
  expect(mine.map(({ name, attributes }) => [name, attributes['sluice.effect.step']])).toEqual([
    ['perform slack.message', 'ask'],
    ['ask about slack.message', 'confirmed'],
  ]);
  expect(mine.map((span) => [span.kind, span.spanContext().traceId, span.parentSpanContext?.spanId])).toEqual([
    [2, TRACE, PARENT],
    [2, TRACE, PARENT],
  ]);
  const [settlement] = await world.postgres.query(
    `select trace_parent from "${world.schema}".settlement where effect_id = $1`,
    [effect.effectId],
  );
  expect(settlement?.['trace_parent']).toBe(`00-${TRACE}-${mine[1]?.spanContext().spanId}-01`);
  expect(
    JSON.stringify(mine.map(({ name, attributes, events, status }) => [name, attributes, events, status])),
  ).not.toContain('canary');
});

it('what is not settled, and what became of the rest, is measured by lane and kind', async () => {
  const waiting = aPlannedEffect({ kind: 'webhook.delivery', target: 'nobody', lane: 'webhook.delivery/nobody' });
  const stuck = await aNotifier({ ledger: world, connectors: [], only: 'none' });
  await lanes.drain();
  await world.ledger.plan([waiting]);
  await eventually(async () => {
    measured.reset();
    await reader.forceFlush();
    const points = measured
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics: all }) => all)
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [descriptor.name, attributes, value] as const),
      );
    expect(points).toContainEqual([
      'sluice_effect_lane_backlog',
      { lane: 'webhook.delivery/nobody', kind: 'webhook.delivery' },
      1,
    ]);
    expect(points).toContainEqual(['sluice_effect', { kind: 'slack.message', state: 'confirmed' }, 1]);
    expect(
      points.some(
        ([name, attributes]) =>
          name === 'sluice_effect_lane_oldest_age' && attributes['lane'] === 'webhook.delivery/nobody',
      ),
    ).toBe(true);
  });
  await stuck.drain();
});
