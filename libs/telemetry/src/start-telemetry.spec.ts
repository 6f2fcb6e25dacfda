import { context, propagation, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTelemetry, type Telemetry } from './start-telemetry.ts';

describe('telemetry without a receiver', () => {
  let telemetry: Telemetry;
  beforeAll(async () => {
    telemetry = await startTelemetry({
      service: 'x',
      version: '1',
      otlpEndpoint: null,
      otlpProtocol: 'http/protobuf',
    });
  });
  afterAll(() => telemetry.flush());

  it('records no span, and has ids that go on with what is written', () => {
    const span = trace.getTracer('x').startSpan('process inquiry.raw.v1');
    expect(span.isRecording()).toBe(false);
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(context.active(), span), headers);
    const child = trace
      .getTracer('y')
      .startSpan('process inquiry.normalized.v1', {}, propagation.extract(context.active(), headers));
    expect(headers['traceparent']).toBe(`00-${span.spanContext().traceId}-${span.spanContext().spanId}-00`);
    expect(child.spanContext().traceId).toBe(span.spanContext().traceId);
  });

  it('measures all the same', async () => {
    expect(await telemetry.scrape()).toContain('sluice_build_info');
  });
});
