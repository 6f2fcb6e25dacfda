import { metrics } from '@opentelemetry/api';
import { contentHash } from '@sluice/kernel';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { IdempotencyKeys, KeyedAnswer } from '../ports/receipts.port.ts';
import { createBestEffort, type BestEffort } from './best-effort.ts';
import { bytesOf } from './request-body.ts';

/**
 * With an `Idempotency-Key` a request is done once, and every repeat gets the first answer. A key belongs to the source and the path
 * that it came by: two forms may both count their entries from 1. @throws Problem 409 or 422
 */
export type AnswerOnce = (request: FastifyRequest, source: string, act: () => Promise<object>) => Promise<object>;

const conflicts = metrics
  .getMeter('@sluice/ingest')
  .createCounter('sluice_idempotency_conflicts', { description: 'Keys that another was faster with.' });

const keyOf = ({ headers }: FastifyRequest): string | undefined => {
  const key = headers['idempotency-key'];
  return Array.isArray(key) ? key[0] : key;
};

/** While its store is away a request is done all the same: what identifies the inquiry tells a repeat too. */
export const createAnswerOnce = (keys: IdempotencyKeys, bestEffort: BestEffort = createBestEffort()): AnswerOnce => {
  const doFirst = async (name: string, act: () => Promise<object>): Promise<object> => {
    try {
      const answer = await act();
      await bestEffort(() => keys.finish(name, answer), undefined);
      return answer;
    } catch (error) {
      await keys.release(name).catch(() => undefined);
      throw error;
    }
  };

  return async (request, source, act) => {
    const key = keyOf(request);
    if (key === undefined) return act();
    const name = contentHash([request.routeOptions.url, source, key]);
    const body = contentHash(bytesOf(request).toString('base64'));
    const known = await bestEffort<KeyedAnswer>(() => keys.begin(name, body), { kind: 'new' });
    if (known.kind === 'in-progress' || known.kind === 'other-body') conflicts.add(1, { stage: 'intake' });
    switch (known.kind) {
      case 'answered':
        return known.body as object;
      case 'in-progress':
        throw new Problem({
          status: 409,
          title: 'Request in progress',
          detail: 'A request with this Idempotency-Key is still being worked on.',
          retryAfter: 1,
        });
      case 'other-body':
        throw new Problem({
          status: 422,
          title: 'Idempotency key reused',
          detail: 'This Idempotency-Key was used with another body: take a new key for a new inquiry.',
        });
      case 'new':
        return doFirst(name, act);
    }
  };
};
