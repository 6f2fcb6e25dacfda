import { context, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import * as sdkMetrics from '@opentelemetry/sdk-metrics';
import * as tracing from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLanguageModel } from './create-language-model.ts';
import { aQuestion, memoryStores } from './testing/a-question.ts';
import { startScriptedModelServer, type ScriptedModelServer } from './testing/scripted-model-server.ts';

const signal = new AbortController().signal;

describe('what is measured of a model', () => {
  const spans = new tracing.InMemorySpanExporter();
  const exporter = new sdkMetrics.InMemoryMetricExporter(sdkMetrics.AggregationTemporality.CUMULATIVE);
  const reader = new sdkMetrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new sdkMetrics.MeterProvider({ readers: [reader] });
  let server: ScriptedModelServer;

  beforeAll(async () => {
    trace.setGlobalTracerProvider(
      new tracing.TracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor({ exporter: spans })] }),
    );
    metrics.setGlobalMeterProvider(provider);
    server = await startScriptedModelServer();
  });
  beforeEach(() => spans.reset());
  afterAll(async () => {
    await server.close();
    await provider.shutdown();
    trace.disable();
    metrics.disable();
    context.disable();
  });

  const model = () => createLanguageModel({ baseUrl: server.baseUrl, apiKey: 'secret-key', ...memoryStores() });
  const valueOf = async (name: string, labels: Readonly<Record<string, unknown>>): Promise<unknown> => {
    await reader.forceFlush();
    const points =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics)
        .find((metric) => metric.descriptor.name === name)?.dataPoints ?? [];
    return points.find(({ attributes }) => Object.entries(labels).every(([key, value]) => attributes[key] === value))
      ?.value;
  };

  it('is one client span per request, by the gen_ai conventions', async () => {
    server.script(
      { does: 'answer', text: 'prose', tokens: [50, 5] },
      { does: 'answer', text: '{"intent":"buying","urgency_days":1}', tokens: [80, 12] },
    );
    await model().read({ ...aQuestion(), conversationId: 'conversation-1' }, { signal });
    const finished = spans.getFinishedSpans();
    expect(finished.map(({ name, kind }) => ({ name, kind }))).toEqual(
      Array.from({ length: 2 }, () => ({ name: 'chat small-model', kind: SpanKind.CLIENT })),
    );
    expect(finished[1]?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'small-model',
      'gen_ai.request.max_tokens': 200,
      'gen_ai.request.temperature': 0.2,
      'gen_ai.output.type': 'json',
      'gen_ai.conversation.id': 'conversation-1',
      'gen_ai.response.id': 'chatcmpl-test',
      'gen_ai.response.model': 'small-model-2026',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 80,
      'gen_ai.usage.output_tokens': 12,
      'server.address': '127.0.0.1',
    });
  });

  it('says why a request failed', async () => {
    server.script({ does: 'refuse', status: 401 });
    await model().read(aQuestion(), { signal });
    expect(
      spans.getFinishedSpans().map(({ attributes, status }) => ({ type: attributes['error.type'], code: status.code })),
    ).toEqual([{ type: 'credentials', code: SpanStatusCode.ERROR }]);
  });

  it('holds nothing of what was said, and no key', async () => {
    server.script({ does: 'answer', text: '{"intent":"buying","urgency_days":7777}' });
    await model().read(aQuestion({ message: 'Confidential merger' }), { signal });
    const written = JSON.stringify(
      spans.getFinishedSpans().map(({ name, attributes, events }) => ({ name, attributes, events })),
    );
    for (const secret of ['Confidential', 'merger', '7777', 'secret-key', 'Say what'])
      expect(written).not.toContain(secret);
  });

  it('counts tokens, money, time and answers by stage and tier', async () => {
    server.script({ does: 'answer', text: '{"intent":"buying","urgency_days":1}', tokens: [1000, 100] });
    await model().read({ ...aQuestion(), stage: 'count-once', tier: 'large' }, { signal });
    const labels = { stage: 'count-once', model_tier: 'large' };
    expect(await valueOf('sluice_llm_tokens_total', { ...labels, dir: 'input' })).toBe(1000);
    expect(await valueOf('sluice_llm_tokens_total', { ...labels, dir: 'output' })).toBe(100);
    expect(await valueOf('sluice_llm_cost_usd_total', labels)).toBeCloseTo(2, 9);
    expect(await valueOf('sluice_llm_latency_seconds', labels)).toMatchObject({ count: 1 });
    expect(await valueOf('sluice_llm_answers_total', { ...labels, result: 'understood' })).toBe(1);
    expect(await valueOf('gen_ai.client.token.usage', { 'gen_ai.token.type': 'output' })).toMatchObject({ max: 100 });
    expect(await valueOf('sluice_budget_remaining_usd', { scope: 'lead-qual' })).toBeCloseTo(98, 9);
  });
});
