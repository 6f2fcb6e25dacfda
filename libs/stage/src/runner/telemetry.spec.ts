import { SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { headerNames, inquiryDropped, inquiryRaw } from '@sluice/contracts';
import { TransientError, systemClock } from '@sluice/kernel';
import { eventually } from '@sluice/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineStage } from '../define-stage.ts';
import { reject } from '../outcome.ts';
import { createBench, inquiryOf, type Bench } from '../testing/bench.ts';
import { onePlaybook, plainCodec } from '../testing/index.ts';
import { recordTelemetry, type RecordedTelemetry } from '../testing/recorded-telemetry.ts';
import { withCommits } from '../testing/with-commits.ts';
import { headerOf } from './delivery.ts';
import type { Runnable } from './health.ts';
import { runStage } from './run-stage.ts';

const RAW = inquiryRaw.v1.type;
/** The contact, the subject and the text of the inquiries that are sent here. */
const PERSONAL = /\bada\b|example\.com|seats/i;

/** Takes up what the bench's stage wrote: the second of a chain. */
const secondStage = defineStage()({
  name: 'look-again',
  consumes: inquiryDropped.v1,
  produces: [],
  gather: async () => null,
  decide: () => reject('unreadable', 'as asked'),
});

let telemetry: RecordedTelemetry;
let bench: Bench;
beforeAll(() => {
  telemetry = recordTelemetry();
});
afterAll(() => telemetry.stop());
beforeEach(() => {
  telemetry.clear();
  bench = createBench();
});
afterEach(() => bench.close());

const named = (name: string): readonly ReadableSpan[] => telemetry.spans().filter((span) => span.name === name);
const ended = (name: string, count: number): Promise<readonly ReadableSpan[]> =>
  eventually(() => {
    expect(named(name)).toHaveLength(count);
    return named(name);
  });

/** A caller's span, as the intake makes it, and the record that it writes. */
const sendInTrace = async (name: string, text: string): Promise<string> => {
  const root = trace.getTracer('intake').startSpan('POST /v1/inquiries', { kind: SpanKind.SERVER });
  const raw = inquiryOf(name, text);
  const headers: Record<string, string> = {
    [headerNames.id]: `raw-${raw.inquiryId}`,
    [headerNames.subject]: raw.inquiryId,
    [headerNames.brand]: raw.brand,
  };
  propagation.inject(trace.setSpan(context.active(), root), headers);
  await bench.transport.publish([{ topic: RAW, key: raw.inquiryId, value: Buffer.from(JSON.stringify(raw)), headers }]);
  root.end();
  return root.spanContext().traceId;
};

describe('the spans of a running stage', () => {
  it("name the operation and its topic, and carry the messaging conventions' attributes", async () => {
    await bench.send(inquiryOf('a', 'hello'));
    await bench.run();
    const [process] = await ended(`process ${RAW}`, 1);
    expect(process?.kind).toBe(SpanKind.CONSUMER);
    expect(process?.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': RAW,
      'messaging.destination.partition.id': expect.stringMatching(/^[01]$/) as string,
      'messaging.kafka.offset': 0,
      'messaging.consumer.group.name': 'sluice.follow-script',
      'messaging.message.id': `raw-${inquiryOf('a').inquiryId}`,
      'sluice.stage': 'follow-script',
      'sluice.outcome': 'emit',
    });
    const [commit] = await ended(`commit ${RAW}`, 1);
    expect(commit?.kind).toBe(SpanKind.CLIENT);
    expect(commit?.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'commit',
      'messaging.operation.type': 'settle',
      'messaging.destination.name': RAW,
      'messaging.consumer.group.name': 'sluice.follow-script',
      'messaging.batch.message_count': 1,
      'sluice.result': 'committed',
    });
  });

  it('link the commit of a batch to each record in it, and to no more than an SDK keeps', async () => {
    await bench.send(...Array.from({ length: 200 }, (_, n) => inquiryOf(`k${n}`, `${n}`)));
    await bench.run();
    const processed = await ended(`process ${RAW}`, 200);
    await eventually(() =>
      expect(
        named(`commit ${RAW}`).reduce(
          (sum, { attributes }) => sum + Number(attributes['messaging.batch.message_count']),
          0,
        ),
      ).toBe(200),
    );
    const ids = new Set(processed.map((span) => span.spanContext().spanId));
    for (const { links, attributes, parentSpanContext } of named(`commit ${RAW}`)) {
      expect(links).toHaveLength(Math.min(128, Number(attributes['messaging.batch.message_count'])));
      expect(links.every((link) => ids.has(link.context.spanId))).toBe(true);
      expect(parentSpanContext).toBeUndefined();
    }
  });

  it('make one connected trace of an inquiry, from who sent it through every stage', async () => {
    const second: Runnable = runStage({
      stage: secondStage,
      ports: {},
      transport: bench.transport,
      codec: plainCodec(),
      playbooks: onePlaybook(null),
      clock: systemClock,
    });
    await second.start();
    await bench.run();
    const traceIds = [await sendInTrace('a', 'one'), await sendInTrace('b', 'two')];
    await ended(`process ${RAW}`, 2);
    await ended(`process ${inquiryDropped.v1.type}`, 2);
    await second.drain();
    for (const traceId of traceIds) {
      const spans = telemetry.spans().filter((span) => span.spanContext().traceId === traceId);
      const byId = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
      const parents = spans.map(({ name, parentSpanContext }) => [
        name,
        parentSpanContext ? byId.get(parentSpanContext.spanId) : null,
      ]);
      expect(Object.fromEntries(parents)).toEqual({
        'POST /v1/inquiries': null,
        [`process ${RAW}`]: 'POST /v1/inquiries',
        [`process ${inquiryDropped.v1.type}`]: `process ${RAW}`,
      });
    }
  });

  it('write where they are into what is emitted, so that whoever reads it goes on with the trace', async () => {
    const traceId = await sendInTrace('a', 'hello');
    await bench.run();
    const [process] = await ended(`process ${RAW}`, 1);
    const [record] = bench.log.records(inquiryDropped.v1.type);
    expect(headerOf(record?.headers ?? {}, 'traceparent')).toBe(`00-${traceId}-${process?.spanContext().spanId}-01`);
  });

  it('are the parents of what a gather does', async () => {
    await bench.send(inquiryOf('a', 'hello'));
    await bench.run({ gather: async () => trace.getTracer('provider').startSpan('ask').end() });
    const [process] = await ended(`process ${RAW}`, 1);
    const [ask] = await ended('ask', 1);
    expect(ask?.parentSpanContext?.spanId).toBe(process?.spanContext().spanId);
  });

  it('say what a failure was called', async () => {
    await bench.send(inquiryOf('a', 'throw'));
    await bench.run();
    const [failed] = await ended(`process ${RAW}`, 1);
    expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'RangeError' });
    expect(failed?.attributes['error.type']).toBe('RangeError');
  });

  it('end as aborted when the transaction was not ours to commit any more', async () => {
    await bench.send(inquiryOf('a', 'lost'));
    await bench.run({ transport: withCommits(bench.transport, () => async () => 'fenced') });
    const [lost] = await eventually(() => {
      expect(named(`process ${RAW}`).length).toBeGreaterThan(0);
      return named(`process ${RAW}`);
    });
    expect(lost?.attributes['sluice.aborted']).toBe(true);
    expect(named(`commit ${RAW}`)[0]?.attributes['sluice.result']).toBe('fenced');
  });

  it('last through retries: one span, however often the world was asked', async () => {
    let asked = 0;
    await bench.send(inquiryOf('a', 'patient'));
    await bench.run({
      gather: async () => {
        asked += 1;
        if (asked < 4) throw new TransientError('provider: 503', { retryAfterMs: 1 });
        return null;
      },
    });
    const [process] = await ended(`process ${RAW}`, 1);
    expect(asked).toBe(4);
    expect(process?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('hold nothing personal, whatever happened, and metrics neither', async () => {
    await bench.send(
      inquiryOf('a', 'emit'),
      inquiryOf('b', 'drop'),
      inquiryOf('c', 'reject'),
      inquiryOf('d', 'throw'),
      inquiryOf('e', 'fail'),
    );
    await bench.transport.publish([
      { topic: RAW, key: 'a', value: Buffer.from('{"contact":{"email":"ada@example.com"}}'), headers: {} },
    ]);
    await bench.run({
      gather: async ({ contact, content }) => {
        if (content.text === 'fail') throw new Error(`cannot read ${contact.email} about ${content.subject}`);
        return contact;
      },
    });
    await ended(`process ${RAW}`, 6);
    const shown = telemetry
      .spans()
      .map(({ name, attributes, events, links, status, resource }) =>
        JSON.stringify({ name, attributes, events, links, status, resource: resource.attributes }),
      );
    expect(shown.filter((span) => PERSONAL.test(span))).toEqual([]);
    const measured = [...(await telemetry.metrics()).values()].flatMap(({ dataPoints }) =>
      dataPoints.map(({ attributes }) => JSON.stringify(attributes)),
    );
    expect(measured.filter((labels) => PERSONAL.test(labels))).toEqual([]);
  });
});

describe('the metrics of a running stage', () => {
  it('count decisions, drops and dead letters by stage and by reasons of a bounded set', async () => {
    await bench.send(inquiryOf('a', 'drop'), inquiryOf('b', 'reject'), inquiryOf('c', 'throw'));
    const before = await telemetry.metrics();
    await bench.run();
    await ended(`process ${RAW}`, 3);
    const grown = async (name: string) => {
      const valuesOf = (of: ReadonlyMap<string, { dataPoints: readonly { attributes: object; value: unknown }[] }>) =>
        new Map(
          (of.get(name)?.dataPoints ?? []).map(({ attributes, value }) => [JSON.stringify(attributes), Number(value)]),
        );
      const [then, now] = [valuesOf(before), valuesOf(await telemetry.metrics())];
      return [...now]
        .filter(([labels, value]) => value - (then.get(labels) ?? 0) === 1)
        .map(([labels]) => JSON.parse(labels) as object);
    };
    const stage = 'follow-script';
    await eventually(async () =>
      expect(await grown('sluice_events')).toEqual(
        expect.arrayContaining([
          { stage, outcome: 'drop' },
          { stage, outcome: 'reject' },
          { stage, outcome: 'defect' },
        ]),
      ),
    );
    expect(await grown('sluice_dropped')).toEqual([{ stage, reason: 'spam' }]);
    expect(await grown('sluice_dlq_messages')).toEqual(
      expect.arrayContaining([
        { stage, reason: 'unreadable' },
        { stage, reason: 'RangeError' },
      ]),
    );
  });

  it('time each message as the messaging conventions have it', async () => {
    await bench.send(inquiryOf('a', 'hello'));
    await bench.run();
    await ended(`process ${RAW}`, 1);
    const duration = (await telemetry.metrics()).get('messaging.process.duration');
    expect(duration?.descriptor.unit).toBe('s');
    expect(duration?.dataPoints.map(({ attributes }) => attributes)).toContainEqual({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.destination.name': RAW,
      'messaging.consumer.group.name': 'sluice.follow-script',
    });
  });
});
