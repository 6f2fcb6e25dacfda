import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Simulator } from '../desk/desk.ts';
import { refuseControl } from '../desk/problem.ts';
import { isRecent, isSignedBy } from './signature.ts';

const settings = z.strictObject({
  /** Whether a repeated `webhook-id` is recognised, as Standard Webhooks asks receivers to. */
  dedupe: z.boolean(),
});

const headerOf = ({ headers }: FastifyRequest, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};

const nowSeconds = (): number => Date.now() / 1_000;

/** A subscriber that verifies Standard Webhooks and forgets no id. Any path below `/webhook` is a subscriber of its own. */
export const webhookSimulator = (secret: string): Simulator => {
  const seen = new Set<string>();
  let dedupe = true;

  const complaintAbout = (request: FastifyRequest): string | null => {
    const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
      headerOf(request, name),
    );
    if (!id || !timestamp || !signature) return 'a webhook header is missing';
    if (!isRecent(timestamp, nowSeconds())) return 'the timestamp is out of tolerance';
    const body = typeof request.body === 'string' ? request.body : '';
    return isSignedBy(secret, { id, timestamp, signature, body }) ? null : 'the signature does not fit';
  };

  return {
    name: 'webhook',
    routes(app, desk) {
      app.removeContentTypeParser('application/json');
      app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      app.post('/*', async (request, reply) => {
        const complaint = complaintAbout(request);
        if (complaint !== null) return reply.code(401).send({ error: complaint });
        const id = headerOf(request, 'webhook-id');
        const key = `${request.url.split('?')[0]} ${id}`;
        const duplicate = dedupe && seen.has(key);
        seen.add(key);
        if (!duplicate) desk.applied(request, id);
        return { received: true, id, duplicate };
      });
    },
    controls(app) {
      app.post('/settings', async (request, reply) => {
        const wanted = settings.safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        dedupe = wanted.data.dedupe;
        return { dedupe };
      });
    },
  };
};
