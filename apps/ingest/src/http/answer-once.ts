import { metrics } from '@opentelemetry/api';
import { contentHash } from '@sluice/kernel';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { IdempotencyKeys } from '../ports/receipts.port.ts';
import { bytesOf } from './request-body.ts';

/** With an `Idempotency-Key` a request is done once, and every repeat gets the first answer. @throws Problem 409 or 422 */
export type AnswerOnce = (request: FastifyRequest, act: () => Promise<object>) => Promise<object>;

const conflicts = metrics
  .getMeter('@sluice/ingest')
  .createCounter('sluice_idempotency_conflicts', { description: 'Keys that another was faster with.' });

const keyOf = ({ headers }: FastifyRequest): string | undefined => {
  const key = headers['idempotency-key'];
  return Array.isArray(key) ? key[0] : key;
};

export const createAnswerOnce = (keys: IdempotencyKeys): AnswerOnce => {
  const doFirst = async (name: string, act: () => Promise<object>): Promise<object> => {
    try {
      const answer = await act();
      await keys.finish(name, answer);
      return answer;
    } catch (error) {
      await keys.release(name).catch(() => undefined);
      throw error;
    }
  };

  return async (request, act) => {
    const key = keyOf(request);
    if (key === undefined) return act();
    const name = contentHash(key);
    const known = await keys.begin(name, contentHash(bytesOf(request).toString('base64')));
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
