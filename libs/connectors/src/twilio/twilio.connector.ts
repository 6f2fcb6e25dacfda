import { smsContent } from '@sluice/contracts';
import { z } from 'zod';
import type { Effect } from '../ports/connector.port.ts';
import { waitOf } from '../retry-after.ts';
import { headerIn } from '../vendor/header-in.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import { failed, failureOfStatus, VendorError, type Failure } from '../vendor/failure.ts';
import type { Part } from '../vendor/in-parts.ts';
import { jsonOf } from '../vendor/json-of.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';

const settings = z.object({
  SID: z
    .string()
    .regex(/^AC\w+$/u, 'is no account SID: AC…')
    .describe('Account SID'),
  TOKEN: secretSetting('Auth token of the account'),
  FROM: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/u, 'is no number such as +15550100')
    .describe('The number that messages come from'),
  URL: z.url().default('https://api.twilio.com').describe('Base of the API, where it is not Twilio itself'),
});

const LONGEST_TEXT = 1_500;
const MOST_LISTED = 50;
const REFERENCE_DIGITS = 8;
const SKEW_MS = 60_000;

/** What Twilio says by its own codes. https://www.twilio.com/docs/api/errors */
const CODES: Readonly<Record<number, Pick<Failure, 'kind' | 'reason'>>> = {
  20003: { kind: 'misconfigured', reason: 'credentials-refused' },
  20429: { kind: 'busy', reason: 'too-many' },
  21211: { kind: 'refused', reason: 'recipient-refused' },
  21614: { kind: 'refused', reason: 'recipient-refused' },
  21212: { kind: 'misconfigured', reason: 'sender-refused' },
  21606: { kind: 'misconfigured', reason: 'sender-refused' },
  21408: { kind: 'misconfigured', reason: 'country-not-allowed' },
  // They have answered STOP.
  21610: { kind: 'refused', reason: 'suppressed' },
};
const MENDS: Readonly<Record<string, string>> = {
  'sender-refused': 'Twilio does not take the number of SLUICE_TWILIO_FROM: set one that the account owns',
  'country-not-allowed': 'allow the country in the account’s geo permissions for messages',
};

const refusal = z.object({ code: z.number() });

const failureIn = (status: number, { body, retryAfter }: { body: unknown; retryAfter: string | null }): Failure => {
  const said = refusal.safeParse(body);
  const known = said.success ? CODES[said.data.code] : undefined;
  const afterMs = waitOf(retryAfter);
  return known ? { ...known, afterMs } : failureOfStatus(status, afterMs);
};

/** The vendor's client; what it would make of a refusal is told apart here first, with what the headers say. */
const sdkClient = async ({ SID: sid, TOKEN: token, URL: url }: z.output<typeof settings>, timeoutMs: number) => {
  const { default: twilioSdk } = await import('twilio');
  const http = new twilioSdk.RequestClient({ timeout: timeoutMs, autoRetry: false });
  const send = http.request.bind(http);
  http.request = async (options) => {
    const { pathname, search } = new URL(options.uri);
    const answer = await send({
      ...options,
      uri: `${url.replace(/\/+$/, '')}${pathname}${search}`,
      timeout: timeoutMs,
    });
    const { statusCode: status, headers } = answer as typeof answer & { readonly headers?: unknown };
    const body: unknown = typeof answer.body === 'string' ? jsonOf(answer.body) : answer.body;
    if (status >= 300) throw new VendorError(failureIn(status, { body, retryAfter: headerIn(headers, 'retry-after') }));
    if (body === undefined) throw failed('ambiguous', 'malformed-answer');
    return answer;
  };
  return twilioSdk(sid, token.reveal(), { httpClient: http });
};

type Client = Awaited<ReturnType<typeof sdkClient>>;

/** Twilio knows no key, so each text ends in a few digits of its effect: what was sent is told from what was not by them. */
const partsOf = (client: Client, from: string, { content, effectId, requestedAt }: Effect): readonly Part[] => {
  const { to, text } = smsContent.parse(content);
  const reference = `#${effectId.slice(0, REFERENCE_DIGITS)}`;
  return [
    {
      name: 'message',
      async find() {
        const messages = await client.messages.list({
          to,
          dateSentAfter: new Date(Date.parse(requestedAt) - SKEW_MS),
          limit: MOST_LISTED,
        });
        return messages.find(({ body }) => body?.endsWith(reference))?.sid ?? null;
      },
      async make() {
        const { sid } = await client.messages.create({ to, from, body: `${text.slice(0, LONGEST_TEXT)} ${reference}` });
        if (!/^(?:SM|MM)/u.test(sid ?? '')) throw failed('ambiguous', 'malformed-answer');
        return sid;
      },
    },
  ];
};

/** Twilio Programmable Messaging. https://www.twilio.com/docs/messaging/api */
export const twilio = defineConnector({
  provider: 'twilio',
  kinds: ['sms.message'],
  // A long code sends one part a second.
  perSecond: 1,
  settings,
  async create(given, { timeoutMs }) {
    const client = await sdkClient(given, timeoutMs);
    return [
      createRecordConnector({
        kind: 'sms.message',
        timeoutMs,
        requests: 2,
        partsOf: (effect) => partsOf(client, given.FROM, effect),
        check: async () => {
          await client.api.v2010.accounts(given.SID).fetch();
          return [];
        },
        mendOf: (reason) =>
          MENDS[reason] ?? 'Twilio refuses the account: set SLUICE_TWILIO_SID and SLUICE_TWILIO_TOKEN anew',
      }),
    ];
  },
});
