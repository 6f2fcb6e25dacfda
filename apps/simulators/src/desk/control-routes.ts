import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Desk } from './desk.ts';
import { faultSchedule } from './fault-plan.ts';
import { refuseControl } from './problem.ts';

const outage = z.strictObject({
  up: z.boolean(),
  /** How it is down: answers 503, or breaks every connection. */
  how: z.enum(['unavailable', 'reset']).default('unavailable'),
});
const since = z.object({ after: z.coerce.number().int().min(0).default(0) });

/** The routes under `/__sim/<name>` that all simulators have in common. */
export const controlRoutes = (app: FastifyInstance, desk: Desk): void => {
  app.get('/journal', async (request, reply) => {
    const query = since.safeParse(request.query);
    return query.success ? desk.journal.view(query.data.after) : refuseControl(reply, query.error);
  });

  app.delete('/journal', async (_request, reply) => {
    desk.journal.clear();
    return reply.code(204).send();
  });

  app.get('/faults', async () => ({ faults: desk.faults.lines() }));

  app.post('/faults', async (request, reply) => {
    const schedule = faultSchedule.safeParse(request.body);
    if (!schedule.success) return refuseControl(reply, schedule.error);
    desk.faults.replace(schedule.data);
    return { faults: desk.faults.lines() };
  });

  app.delete('/faults', async (_request, reply) => {
    desk.faults.replace({ seed: 1, faults: [] });
    return reply.code(204).send();
  });

  app.post('/outage', async (request, reply) => {
    const wanted = outage.safeParse(request.body);
    if (!wanted.success) return refuseControl(reply, wanted.error);
    desk.outage = wanted.data.up ? null : wanted.data.how;
    return { up: desk.outage === null };
  });
};
