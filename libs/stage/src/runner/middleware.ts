import { TransientError, type Clock } from '@sluice/kernel';
import { SpanStatusCode } from '@opentelemetry/api';
import type { EventContract } from '@sluice/contracts';
import { UndecodableError, type EventCodec } from '../ports/event-codec.port.ts';
import { errorOf } from './decisions.ts';
import type { Delivery, Middleware } from './delivery.ts';
import type { HealthIssues } from './health.ts';
import type { StageMeters } from './meters.ts';
import { backoffMs, delay } from './retry.ts';

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
    const error = errorOf(thrown);
    delivery.trace?.span.recordException({ name: error.name, message: error.name });
    delivery.trace?.span.setStatus({ code: SpanStatusCode.ERROR, message: error.name });
    return { kind: 'defect', error, attempt: delivery.attempt, delivery };
  }
};

/** Failures that `/readyz` does not speak of yet. */
const SILENT_FAILURES = 2;

/** Waits for an unwell world for as long as it takes: the window fills, fetching pauses, and readiness says why. */
export const retrying =
  (issues: HealthIssues): Middleware =>
  (next) =>
  async (delivery) => {
    const part = `gather ${delivery.record.topic}/${delivery.record.partition}/${delivery.record.offset}`;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const prepared = await next({ ...delivery, attempt });
        issues.clear(part);
        return prepared;
      } catch (error) {
        if (!(error instanceof TransientError) || delivery.signal.aborted) {
          issues.clear(part);
          throw error;
        }
        if (attempt > SILENT_FAILURES) issues.set(part, error.message);
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
    return next({ ...delivery, event: contract.parse(await codec.decode(value, topic)) });
  };
};
