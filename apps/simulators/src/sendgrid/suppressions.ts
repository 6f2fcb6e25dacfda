import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { refuseControl } from '../desk/problem.ts';
import type { Mail, Personalization } from './mail.ts';

const emails = z.array(z.email()).default([]);
const wanted = z.strictObject({ bounces: emails, spamReports: emails, unsubscribes: emails });
type Suppressed = z.output<typeof wanted>;

export interface Suppressions {
  /** Whether SendGrid, which takes the mail, drops it: nobody of `to` is sent it. */
  drops(personalization: Personalization, settings: Mail['mail_settings']): boolean;
  routes(app: FastifyInstance): void;
  controls(app: FastifyInstance): void;
}

type Asked = { Params: { email: string } };

/** Whom SendGrid does not write to any more. */
export const createSuppressions = (): Suppressions => {
  let all: Suppressed = { bounces: [], spamReports: [], unsubscribes: [] };
  const created = Math.floor(Date.now() / 1_000);
  const has = (list: keyof Suppressed, email: string): boolean =>
    all[list].some((one) => one.toLowerCase() === email.toLowerCase());

  return {
    drops: ({ to }, settings = {}) => {
      if (settings.bypass_list_management?.enable) return false;
      const lists = (
        [
          ['bounces', settings.bypass_bounce_management],
          ['spamReports', settings.bypass_spam_management],
          ['unsubscribes', settings.bypass_unsubscribe_management],
        ] as const
      ).filter(([, bypass]) => !bypass?.enable);
      return to.every(({ email }) => lists.some(([list]) => has(list, email)));
    },
    routes(app) {
      app.get<Asked>('/v3/suppression/bounces/:email', async ({ params: { email } }) =>
        has('bounces', email)
          ? [
              {
                created,
                email,
                reason: '550 5.1.1 The email account that you tried to reach does not exist',
                status: '5.1.1',
              },
            ]
          : [],
      );
      app.get<Asked>('/v3/suppression/spam_reports/:email', async ({ params: { email } }) =>
        has('spamReports', email) ? [{ created, email, ip: '192.0.2.1' }] : [],
      );
      app.get<Asked>('/v3/suppression/unsubscribes/:email', async ({ params: { email } }) =>
        has('unsubscribes', email) ? [{ created, email }] : [],
      );
      app.get<Asked>('/v3/asm/suppressions/global/:email', async ({ params: { email } }) =>
        has('unsubscribes', email) ? { recipient_email: email } : {},
      );
    },
    controls(app) {
      app.post('/suppressed', async ({ body }, reply) => {
        const given = wanted.safeParse(body);
        if (!given.success) return refuseControl(reply, given.error);
        all = given.data;
        return all;
      });
    },
  };
};
