import { SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { CommitResult } from '../ports/transport.port.ts';
import type { Settled } from './fold.ts';

/** The SDK keeps no more links than this. */
const MAX_LINKS = 128;
const tracer = trace.getTracer('@sluice/stage');

/** One `commit` span per transaction, linked to the records it holds. */
export const startCommitSpan = (
  { topic, group }: { readonly topic: string; readonly group: string },
  settled: readonly Settled[],
): Span =>
  tracer.startSpan(`commit ${topic}`, {
    kind: SpanKind.CLIENT,
    root: true,
    links: settled
      .slice(0, MAX_LINKS)
      .flatMap(({ prepared }) =>
        prepared.delivery.trace ? [{ context: prepared.delivery.trace.span.spanContext() }] : [],
      ),
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'commit',
      'messaging.operation.type': 'settle',
      'messaging.destination.name': topic,
      'messaging.consumer.group.name': group,
      'messaging.batch.message_count': settled.length,
    },
  });

const endSpan = ({ prepared, decided }: Settled, result: CommitResult): void => {
  const span = prepared.delivery.trace?.span;
  if (!span) return;
  if (decided?.kind === 'decided') span.setAttribute('sluice.outcome', decided.outcome.kind);
  if (decided?.kind === 'failed')
    span
      .setAttribute('error.type', decided.error.name)
      .setStatus({ code: SpanStatusCode.ERROR, message: decided.error.name });
  if (result !== 'committed') span.setAttribute('sluice.aborted', true);
  span.end();
};

/** Ends the span of every record, once it is certain what became of it. */
export const endSpans = (settled: readonly Settled[], result: CommitResult): void => {
  for (const one of settled) endSpan(one, result);
};
