import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Simulator } from '../desk/desk.ts';
import { takeForms } from '../desk/take-forms.ts';
import { refuseControl } from '../desk/problem.ts';
import { argumentsOf, textOf } from './arguments.ts';
import { KNOWN_CHANNELS } from './known-channels.ts';
import { slackMethods } from './methods.ts';
import { channelStates, createWorkspace, FULL_ACCESS } from './workspace.ts';

const channels = z.strictObject({
  names: z.array(z.string().min(1)),
  /** What becomes of them; without it they are made, and the bot is in them. */
  state: z.enum(channelStates).default('open'),
});
const access = z.strictObject({
  /** The error every call gets, whatever its token, such as `token_revoked`. */
  refusedWith: z
    .string()
    .regex(/^[a-z_]+$/)
    .nullable()
    .default(null),
  /** What the token may do; without it, all that a notifier needs. */
  scopes: z.array(z.string()).default([...FULL_ACCESS.scopes]),
});

const hasToken = (request: FastifyRequest): boolean =>
  /^Bearer \S+/.test(request.headers.authorization ?? '') || textOf(argumentsOf(request)['token']) !== '';

/** Slack's Web API as far as a notifier needs it. Like the real one it has no idempotency key: a repeated post is a second message. */
export const slackSimulator = (): Simulator => {
  const workspace = createWorkspace();
  workspace.add(KNOWN_CHANNELS);

  /** A channel that was only ever mentioned in a failed post exists all the same, or nobody could look into it. */
  const noteChannel = (request: FastifyRequest): void => {
    if (request.url.includes('chat.postMessage')) workspace.channelFor(textOf(argumentsOf(request)['channel']));
  };

  return {
    name: 'slack',
    routes(app, desk) {
      takeForms(app);
      app.addHook('preValidation', async (request) => noteChannel(request));
      // Where a click's response_url points to.
      app.post('/response/*', async () => 'ok');
      app.all<{ Params: { method: string } }>('/api/:method', async (request, reply) => {
        const method = slackMethods[request.params.method];
        if (!method) return { ok: false, error: 'unknown_method' };
        if (!hasToken(request)) return { ok: false, error: 'not_authed' };
        const { refusedWith, scopes } = workspace.access;
        if (refusedWith !== null) return { ok: false, error: refusedWith };
        void reply.header('x-oauth-scopes', scopes.join(','));
        const { answer, applied } = method(workspace, argumentsOf(request));
        if (applied !== undefined) desk.applied(request, applied);
        return answer;
      });
    },
    controls(app) {
      app.get('/messages', async () => ({
        channels: workspace.channels().map((channel) => ({ ...channel, messages: workspace.messages(channel) })),
      }));
      app.post('/channels', async (request, reply) => {
        const wanted = channels.safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        workspace.add(wanted.data.names, wanted.data.state);
        return { channels: workspace.channels().length };
      });
      app.post('/access', async (request, reply) => {
        const wanted = access.safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        workspace.access = wanted.data;
        return wanted.data;
      });
      app.delete('/messages', async (_request, reply) => {
        workspace.clear();
        return reply.code(204).send();
      });
    },
  };
};
