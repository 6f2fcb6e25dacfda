import type { PlaybookHash } from '@sluice/kernel';
import type { Context, Span } from '@opentelemetry/api';
import { headerNames } from '@sluice/contracts';
import type { ConsumedRecord, HeaderValue, RecordHeaders } from '../ports/transport.port.ts';

/** One record on its way through the middleware: each adds what it knows before it calls the next. */
export interface Delivery {
  readonly record: ConsumedRecord;
  /** Aborts when the partition is taken away. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** `ce_id`, or the coordinates where a foreign producer set none. */
  readonly inputId: string;
  /** `ce_subject`: the inquiry it is about; null on a foreign record. */
  readonly subject: string | null;
  readonly brand: string;
  readonly attempt: number;
  readonly trace: Trace | null;
  /** The decoded, validated event. */
  readonly event: unknown;
}

export interface Trace {
  readonly span: Span;
  readonly context: Context;
}

export interface Gathered {
  readonly kind: 'gathered';
  readonly event: unknown;
  readonly facts: unknown;
  readonly playbook: unknown;
  readonly playbookHash: PlaybookHash;
}

/** Deterministic: the same record would fail again. `name` and `message` go into the dead letter, never a message body. */
export interface Defect {
  readonly kind: 'defect';
  readonly error: Error;
  readonly attempt: number;
}

export type Prepared = (Gathered | Defect) & { readonly delivery: Delivery };

/** What one record becomes before anything is decided. */
export type Handler = (delivery: Delivery) => Promise<Prepared>;
export type Middleware = (next: Handler) => Handler;

/** The first middleware is the outermost. */
export const compose = (middleware: readonly Middleware[], handler: Handler): Handler =>
  middleware.reduceRight((next, wrap) => wrap(next), handler);

const textOf = (value: HeaderValue | undefined): string | null =>
  value === undefined ? null : (Buffer.isBuffer(value) ? value : Buffer.concat(value.slice(0, 1))).toString('utf8');

/** A header as text; null when it is not there. */
export const headerOf = (headers: RecordHeaders, name: string): string | null => textOf(headers[name]);

/** A record as it was fetched, before anything was done with it. */
export const deliveryOf = (record: ConsumedRecord, signal: AbortSignal, fetchedAt: number): Delivery => {
  const { headers, topic, partition, offset } = record;
  return {
    record,
    signal,
    fetchedAt,
    // The coordinates are as good an identity for what a foreign producer wrote.
    inputId: headerOf(headers, headerNames.id) ?? `${topic}/${partition}/${offset}`,
    subject: headerOf(headers, headerNames.subject),
    brand: headerOf(headers, headerNames.brand) ?? '',
    attempt: 1,
    trace: null,
    event: null,
  };
};
