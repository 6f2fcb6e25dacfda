import { contentHash } from '@sluice/kernel';
import { z } from 'zod';
import { addressWithName, BY_A_MACHINE, messageIdOf, threadOf } from '../mail/compose-mail.ts';
import { mailSettings } from '../mail/mail-settings.ts';
import { preparedMail, type Sender } from '../mail/prepare-mail.ts';
import type { AttemptResult, Effect } from '../ports/connector.port.ts';
import { waitOf } from '../retry-after.ts';
import { headerIn } from '../vendor/header-in.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import {
  asQuestion,
  attemptOf,
  checkOf,
  failureOf,
  failureOfStatus,
  readable,
  type Failure,
} from '../vendor/failure.ts';

const settings = z.object({
  ...mailSettings,
  KEY: secretSetting('API key (SG.…) that may send mail'),
  URL: z.url().default('https://api.sendgrid.com').describe('Base of the API: another in Europe'),
});

const ACCEPTED = 202;
const refusal = z.object({ response: z.object({ headers: z.unknown() }), code: z.number() });

/** What the client says of a call that failed. */
const sendgridFailure = (error: unknown): Failure => {
  const said = refusal.safeParse(error);
  if (!said.success) return failureOf(error);
  return failureOfStatus(said.data.code, waitOf(headerIn(said.data.response.headers, 'retry-after')));
};

const sdkClient = async (key: string, { url, timeoutMs }: { url: string; timeoutMs: number }) => {
  const { default: shared } = await import('@sendgrid/client');
  // The module gives one client for all; each account has its own here.
  const client = new (shared.constructor as new () => typeof shared)();
  client.setApiKey(key);
  // Its types know no time-out; axios below them does.
  client.setDefaultRequest(Object.assign({ url: '/', baseUrl: `${url.replace(/\/+$/, '')}/` }, { timeout: timeoutMs }));
  return client;
};

const bodyOf = (effect: Effect, sender: Sender) => {
  const { content, ready, from, insteadOf } = preparedMail(effect, sender);
  const { to } = content;
  const { inReplyTo, references = [] } = threadOf(content.answerTo);
  return {
    personalizations: [
      {
        to: [{ email: insteadOf ?? to.address, ...(to.name === null ? {} : { name: to.name }) }],
        custom_args: { sluice_effect_id: effect.effectId },
      },
    ],
    from: addressWithName(from),
    subject: ready.subject,
    content: [
      { type: 'text/plain', value: ready.text },
      ...(ready.html === null ? [] : [{ type: 'text/html', value: ready.html }]),
    ],
    headers: {
      'Message-ID': messageIdOf(effect, from),
      ...BY_A_MACHINE,
      ...(inReplyTo === undefined ? {} : { 'In-Reply-To': inReplyTo, References: references.join(' ') }),
    },
    // Links in an answer are what they say.
    tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
  };
};

/**
 * Twilio SendGrid. It knows no key, and tells of what it sent minutes later and only with an add-on: a mail of which nobody knows is
 * held for a person. https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 */
export const sendgrid = defineConnector({
  provider: 'sendgrid',
  kinds: ['mail.reply'],
  perSecond: 10,
  settings,
  async create(given, { timeoutMs }) {
    const client = await sdkClient(given.KEY.reveal(), { url: given.URL, timeoutMs });
    const sender = { from: given.FROM, sandbox: given.REDIRECT_TO ?? null };

    const send = async (body: ReturnType<typeof bodyOf>): Promise<AttemptResult> => {
      const [{ statusCode, headers }] = await client.request({ method: 'POST', url: '/v3/mail/send', body });
      if (statusCode !== ACCEPTED) return { kind: 'unknown', reason: 'malformed-answer' };
      const providerId = headerIn(headers, 'x-message-id');
      return { kind: 'confirmed', providerId, responseDigest: contentHash({ providerId }) };
    };
    const perform = async (effect: Effect): Promise<AttemptResult> => {
      const body = readable(() => bodyOf(effect, sender));
      if ('kind' in body) return attemptOf(body);
      return send(body).catch((error: unknown) => attemptOf(sendgridFailure(error)));
    };
    return [
      {
        kind: 'mail.reply',
        onUnknown: 'hold',
        timeoutMs,
        async check() {
          try {
            await client.request({ method: 'GET', url: '/v3/scopes' });
            return { kind: 'checked', faults: [] };
          } catch (error) {
            return checkOf(
              asQuestion(sendgridFailure(error)),
              () => 'SendGrid refuses the key: set SLUICE_SENDGRID_KEY to one that may send mail',
            );
          }
        },
        perform,
        ask: async () => ({ kind: 'cannot-tell', reason: 'not-askable', afterMs: null }),
        close: async () => undefined,
      },
    ];
  },
});
