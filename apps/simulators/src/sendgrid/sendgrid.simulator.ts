import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { createAccount } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';

const address = z.strictObject({ email: z.email(), name: z.string().optional() });
const RESERVED: ReadonlySet<string> = new Set([
  'x-sg-id',
  'x-sg-eid',
  'received',
  'dkim-signature',
  'content-type',
  'content-transfer-encoding',
  'to',
  'from',
  'subject',
  'reply-to',
  'cc',
  'bcc',
]);
const headers = z
  .record(z.string(), z.string())
  .refine((given) => Object.keys(given).every((name) => !RESERVED.has(name.toLowerCase())), 'is a reserved header');
const args = z.record(z.string(), z.string());
/** As SendGrid's own description of `POST /v3/mail/send` has it. */
const mail = z.strictObject({
  personalizations: z
    .array(
      z.strictObject({
        to: z.array(address).min(1).max(1_000),
        cc: z.array(address).optional(),
        bcc: z.array(address).optional(),
        subject: z.string().optional(),
        headers: headers.optional(),
        custom_args: args.optional(),
        send_at: z.int().optional(),
      }),
    )
    .min(1)
    .max(1_000),
  from: address,
  reply_to: address.optional(),
  subject: z.string().min(1),
  content: z.array(z.strictObject({ type: z.string().min(1), value: z.string().min(1) })).min(1),
  headers: headers.optional(),
  categories: z.array(z.string().max(255)).max(10).optional(),
  custom_args: args.optional(),
  asm: z.strictObject({ group_id: z.int(), groups_to_display: z.array(z.int()).optional() }).optional(),
  mail_settings: z.record(z.string(), z.unknown()).optional(),
  tracking_settings: z.record(z.string(), z.unknown()).optional(),
});

const refuse = (reply: FastifyReply, status: number, errors: readonly { message: string; field: string | null }[]) =>
  reply.code(status).send({ errors: errors.map((one) => ({ ...one, help: null })) });

/** Twilio SendGrid's mail, as far as a sender needs it. A repeated POST is a second mail. */
export const sendgridSimulator = (): Simulator => {
  const account = createAccount();
  return {
    name: 'sendgrid',
    routes(app, desk) {
      app.addHook('preHandler', async (request, reply) =>
        !/^Bearer SG\.\S+$/u.test(request.headers.authorization ?? '') || account.isRefused
          ? refuse(reply, 401, [
              { message: 'The provided authorization grant is invalid, expired, or revoked', field: null },
            ])
          : undefined,
      );
      app.get('/v3/scopes', async () => ({ scopes: ['mail.send'] }));
      app.post('/v3/mail/send', async (request, reply) => {
        const body = mail.safeParse(request.body);
        if (!body.success)
          return refuse(
            reply,
            400,
            body.error.issues.map(({ path, message }) => ({ message, field: path.map(String).join('.') })),
          );
        const types = body.data.content.map(({ type }) => type);
        if (types.includes('text/html') && types[0] !== 'text/plain' && types.includes('text/plain'))
          return refuse(reply, 400, [
            { message: 'The content value must be ordered text/plain, text/html', field: 'content' },
          ]);
        account.add('mails', body.data);
        for (const { custom_args: own } of body.data.personalizations)
          desk.applied(request, own?.['sluice_effect_id'] ?? body.data.custom_args?.['sluice_effect_id'] ?? 'mail');
        return reply.code(202).header('x-message-id', randomUUID().replaceAll('-', '').slice(0, 22)).send();
      });
    },
    controls: (app) => account.controls(app),
  };
};
