import { metrics, type Attributes } from '@opentelemetry/api';
import type { CommitResult, Subscription } from '../ports/transport.port.ts';
import type { Delivery, Prepared } from './delivery.ts';

export interface StageMeters {
  gathered(delivery: Delivery, seen: { readonly now: number; readonly prepared: Prepared }): void;
  /** `outcome`: emit, drop, reject, defect; `reason` is of a bounded set. */
  decided(outcome: string, reason: string | null): void;
  /** What was to be stored had been stored by another meanwhile. */
  conflicted(): void;
  committed(result: CommitResult, batch: { readonly records: number; readonly seconds: number }): void;
  watchLag(subscription: () => Subscription | null): void;
}

/** Metrics of one stage, named as in acceptance 3.4; the exporter appends units and `_total`. */
export const createStageMeters = (stage: string, group: string): StageMeters => {
  const meter = metrics.getMeter('@sluice/stage');
  const events = meter.createCounter('sluice_events', { description: 'Decisions by outcome.' });
  const dropped = meter.createCounter('sluice_dropped', { description: 'Inquiries that went no further, by reason.' });
  const suppressed = meter.createCounter('sluice_dedupe_suppressed', { description: 'Repeats that were suppressed.' });
  const conflicts = meter.createCounter('sluice_idempotency_conflicts', {
    description: 'Keys that another was faster with.',
  });
  const deadLetters = meter.createCounter('sluice_dlq_messages', { description: 'Dead letters by reason.' });
  const gatherTime = meter.createHistogram('sluice_stage_duration', {
    unit: 's',
    description: 'From fetching a record to having its facts.',
  });
  const age = meter.createHistogram('sluice_event_age', {
    unit: 's',
    description: 'Age of a record when its facts were there.',
  });
  const processTime = meter.createHistogram('messaging.process.duration', {
    unit: 's',
    description: 'Duration of processing one message.',
  });
  const transactions = meter.createCounter('sluice_txn', { description: 'Transactions by result.' });
  const transactionTime = meter.createHistogram('sluice_txn_duration', {
    unit: 's',
    description: 'From deciding a batch to its commit.',
  });
  const transactionRecords = meter.createHistogram('sluice_txn_records', { description: 'Records per transaction.' });
  const lag = meter.createObservableGauge('sluice_lag_records', {
    description: 'Last stable offset minus committed offset.',
  });
  const of: Attributes = { stage };

  return {
    gathered({ record, fetchedAt }, { now, prepared }) {
      gatherTime.record((now - fetchedAt) / 1_000, of);
      age.record(Math.max(0, now - record.timestamp) / 1_000, of);
      processTime.record((now - fetchedAt) / 1_000, {
        'messaging.system': 'kafka',
        'messaging.operation.name': 'process',
        'messaging.destination.name': record.topic,
        'messaging.consumer.group.name': group,
        ...(prepared.kind === 'defect' ? { 'error.type': prepared.error.name } : {}),
      });
    },
    decided(outcome, reason) {
      events.add(1, { stage, outcome });
      const because = { stage, reason: reason ?? 'none' };
      if (outcome === 'drop') dropped.add(1, because);
      if (because.reason.startsWith('duplicate')) suppressed.add(1, because);
      if (outcome === 'reject' || outcome === 'defect') deadLetters.add(1, because);
    },
    conflicted: () => conflicts.add(1, of),
    committed(result, { records, seconds }) {
      transactions.add(1, { stage, result });
      transactionTime.record(seconds, of);
      transactionRecords.record(records, of);
    },
    watchLag(subscription) {
      lag.addCallback(async (observer) => {
        const lags = await subscription()
          ?.lag()
          .catch(() => []);
        for (const { topic, partition, lag: records } of lags ?? [])
          observer.observe(Number(records), { stage, group, topic, partition: String(partition) });
      });
    },
  };
};
