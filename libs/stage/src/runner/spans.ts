import {
  SpanKind,
  SpanStatusCode,
  context,
  propagation,
  trace,
  type Span,
  type TextMapGetter,
} from '@opentelemetry/api';
import type { CommitResult, RecordHeaders } from '../ports/transport.port.ts';
import { headerOf, type Middleware } from './delivery.ts';
import type { Processed } from './fold.ts';

/** The SDK keeps no more links than this. */
const MAX_LINKS = 128;
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

/** One `commit` span per transaction, linked to the records it holds. */
export const startCommitSpan = (
  { topic, group }: { readonly topic: string; readonly group: string },
  processed: readonly Processed[],
): Span =>
  tracer.startSpan(`commit ${topic}`, {
    kind: SpanKind.CLIENT,
    root: true,
    links: processed
      .slice(0, MAX_LINKS)
      .flatMap(({ prepared }) =>
        prepared.delivery.trace?.span.isRecording() ? [{ context: prepared.delivery.trace.span.spanContext() }] : [],
      ),
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'commit',
      'messaging.operation.type': 'settle',
      'messaging.destination.name': topic,
      'messaging.consumer.group.name': group,
      'messaging.batch.message_count': processed.length,
    },
  });

const endSpan = ({ prepared, decided }: Processed, result: CommitResult): void => {
  const span = prepared.delivery.trace?.span;
  if (!span?.isRecording()) return;
  if (decided?.kind === 'decided') span.setAttribute('sluice.outcome', decided.outcome.kind);
  if (decided?.kind === 'failed')
    span
      .setAttribute('error.type', decided.error.name)
      .setStatus({ code: SpanStatusCode.ERROR, message: decided.error.name });
  if (result !== 'committed') span.setAttribute('sluice.aborted', true);
  span.end();
};

/** Ends the span of every record, once it is certain what became of it. */
export const endSpans = (processed: readonly Processed[], result: CommitResult): void => {
  for (const one of processed) endSpan(one, result);
};
