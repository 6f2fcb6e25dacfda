import { z } from 'zod';
import { composeMail, messageIdOf } from '../mail/compose-mail.ts';
import { mailSettings } from '../mail/mail-settings.ts';
import { preparedMail } from '../mail/prepare-mail.ts';
import type { Effect } from '../ports/connector.port.ts';
import { waitOf } from '../retry-after.ts';
import { headerIn } from '../vendor/header-in.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import { failed, failureOf, failureOfStatus, VendorError, type Failure } from '../vendor/failure.ts';
import type { Part } from '../vendor/in-parts.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';

const settings = z.object({
  ...mailSettings,
  CLIENT_ID: z.string().min(1).describe('OAuth client of a Google Cloud project'),
  CLIENT_SECRET: secretSetting('Secret of the same client'),
  REFRESH_TOKEN: secretSetting('Refresh token of the mailbox, with the scopes gmail.send and gmail.metadata'),
  URL: z.url().optional().describe('Base of the API and of its tokens, where it is not Google itself'),
});

const RATE = /rateLimitExceeded|quotaExceeded|backendError/u;
const GRANT = /invalid_grant|invalid_client|unauthorized_client/u;
const FORBIDDEN = 403;

const refusal = z.object({
  response: z.object({ status: z.number(), headers: z.unknown(), data: z.unknown() }),
});

/** What the client says of a call that failed: Google's own words are in the body. */
const gmailFailure = (error: unknown): Failure => {
  const said = refusal.safeParse(error);
  if (!said.success) return failureOf(error);
  const { status, headers, data } = said.data.response;
  const words = JSON.stringify(data ?? '');
  const afterMs = waitOf(headerIn(headers, 'retry-after'));
  if (GRANT.test(words)) return { kind: 'misconfigured', reason: 'credentials-refused', afterMs: null };
  if (status === FORBIDDEN && RATE.test(words)) return { kind: 'busy', reason: 'rate-limited', afterMs };
  return failureOfStatus(status, afterMs);
};

const sdkClient = async (
  { CLIENT_ID: id, CLIENT_SECRET: secret, REFRESH_TOKEN: token, URL: url }: z.output<typeof settings>,
  timeoutMs: number,
) => {
  const { auth, gmail: create } = await import('@googleapis/gmail');
  const base = url?.replace(/\/+$/, '');
  const client = new auth.OAuth2({
    clientId: id,
    clientSecret: secret.reveal(),
    ...(base === undefined ? {} : { endpoints: { oauth2TokenUrl: `${base}/token` } }),
  });
  client.setCredentials({ refresh_token: token.reveal() });
  const api = create({ version: 'v1', auth: client, ...(base === undefined ? {} : { rootUrl: `${base}/` }) });
  return { api, options: { timeout: timeoutMs, retry: false, ...(base === undefined ? {} : { rootUrl: `${base}/` }) } };
};
type Client = Awaited<ReturnType<typeof sdkClient>>;

/** One mail; whether it was sent is asked by its Message-ID, which no other attempt has. */
const partsOf = (
  { api, options }: Client,
  effect: Effect,
  sender: { from: string; sandbox: string | null },
): readonly Part[] => {
  const composing = preparedMail(effect, sender);
  return [
    {
      name: 'mail',
      async find() {
        try {
          const q = `rfc822msgid:${messageIdOf(effect, composing.from).slice(1, -1)}`;
          const { data } = await api.users.messages.list({ userId: 'me', q, maxResults: 1 }, options);
          return data.messages?.[0]?.id ?? null;
        } catch (error) {
          throw new VendorError(gmailFailure(error));
        }
      },
      async make() {
        const { bytes } = await composeMail(effect, composing);
        try {
          const raw = bytes.toString('base64url');
          const { data } = await api.users.messages.send({ userId: 'me', requestBody: { raw } }, options);
          if (typeof data?.id !== 'string' || data.id === '') throw failed('ambiguous', 'malformed-answer');
          return data.id;
        } catch (error) {
          throw new VendorError(gmailFailure(error));
        }
      },
    },
  ];
};

/** Gmail. https://developers.google.com/workspace/gmail/api/reference/rest */
export const gmail = defineConnector({
  provider: 'gmail',
  kinds: ['mail.reply'],
  // 250 units a second and user; sending costs 100.
  perSecond: 1,
  settings,
  async create(given, { timeoutMs }) {
    const client = await sdkClient(given, timeoutMs);
    const sender = { from: given.FROM, sandbox: given.REDIRECT_TO ?? null };
    return [
      createRecordConnector({
        kind: 'mail.reply',
        timeoutMs,
        // A token may have to be fetched first.
        requests: 4,
        partsOf: (effect) => partsOf(client, effect, sender),
        async check() {
          try {
            await client.api.users.getProfile({ userId: 'me' }, client.options);
            return [];
          } catch (error) {
            throw new VendorError(gmailFailure(error));
          }
        },
        mendOf: () =>
          'Google refuses the mailbox’s token: authorise it anew, and set SLUICE_GMAIL_REFRESH_TOKEN to the new one',
      }),
    ];
  },
});
