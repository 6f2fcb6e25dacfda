import { TransientError, type Clock } from '@sluice/kernel';
import { SpanKind, SpanStatusCode, context, propagation, trace, type TextMapGetter } from '@opentelemetry/api';
import type { EventContract } from '@sluice/contracts';
import type { EventCodec } from '../ports/event-codec.port.ts';
import type { RecordHeaders } from '../ports/transport.port.ts';
import { UndecodableError } from '../ports/event-codec.port.ts';
import { backoffMs, delay } from './delay.ts';
import type { Delivery, Middleware } from './delivery.ts';
import { headerOf } from './headers.ts';
import type { Ailments } from './health.ts';
import type { StageMeters } from './meters.ts';

const tracer = trace.getTracer('@sluice/stage');

const fromHeaders: TextMapGetter<RecordHeaders> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headerOf(headers, name) ?? undefined,
};

/** One `process` span per record, a child of the span that wrote it: an inquiry is one trace. Ended when its outcome is certain. */
export const tracing =
  ({ stage, group }: { readonly stage: string; readonly group: string }): Middleware =>
  (next) =>
  (delivery) => {
    const { record } = delivery;
    const parent = propagation.extract(context.active(), record.headers, fromHeaders);
    const span = tracer.startSpan(
      `process ${record.topic}`,
      {
        kind: SpanKind.CONSUMER,
        attributes: {
          'messaging.system': 'kafka',
          'messaging.operation.name': 'process',
          'messaging.operation.type': 'process',
          'messaging.destination.name': record.topic,
          'messaging.destination.partition.id': String(record.partition),
          'messaging.kafka.offset': Number(record.offset),
          'messaging.consumer.group.name': group,
          'messaging.message.id': delivery.inputId,
          'sluice.stage': stage,
        },
      },
      parent,
    );
    const active = trace.setSpan(parent, span);
    return context.with(active, () => next({ ...delivery, trace: { span, context: active } }));
  };

/** How long reading the world took, and how old the inquiry was when it came. */
export const measuring =
  (meters: StageMeters, clock: Clock): Middleware =>
  (next) =>
  async (delivery) => {
    const prepared = await next(delivery);
    meters.gathered(delivery, { now: Date.parse(clock.now()), prepared });
    return prepared;
  };

/** What would fail again for ever becomes a defect, which is dead-lettered; only an unwell world may be waited for. */
export const deadLettering: Middleware = (next) => async (delivery) => {
  try {
    return await next(delivery);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error('something that is no error was thrown');
    delivery.trace?.span.recordException({ name: error.name, message: error.name });
    delivery.trace?.span.setStatus({ code: SpanStatusCode.ERROR, message: error.name });
    return { kind: 'defect', error, attempt: delivery.attempt, delivery };
  }
};

const PATIENCE = 3;

/** Waits for an unwell world for as long as it takes: the window fills, fetching pauses, and readiness says why. */
export const retrying =
  (ailments: Ailments): Middleware =>
  (next) =>
  async (delivery) => {
    const who = `gather ${delivery.record.topic}/${delivery.record.partition}/${delivery.record.offset}`;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const prepared = await next({ ...delivery, attempt });
        ailments.clear(who);
        return prepared;
      } catch (error) {
        if (!(error instanceof TransientError) || delivery.signal.aborted) {
          ailments.clear(who);
          throw error;
        }
        if (attempt >= PATIENCE) ailments.set(who, error.message);
        await delay(error.retryAfterMs ?? backoffMs(attempt), delivery.signal);
      }
    }
  };

/** Bytes to event. What is no event of this contract is a defect at once: it would be none the next time either. */
export const decoding = (codec: EventCodec, contracts: readonly EventContract<string, unknown>[]): Middleware => {
  const byType = new Map(contracts.map((contract) => [contract.type, contract]));
  return (next) => async (delivery: Delivery) => {
    const { topic, value } = delivery.record;
    const contract = byType.get(topic);
    if (!contract || value === null)
      throw new UndecodableError(
        value === null ? 'decoding: the record has no value' : `decoding: ${topic} is not consumed here`,
      );
    return next({ ...delivery, event: contract.parse(await codec.decode(value)) });
  };
};
