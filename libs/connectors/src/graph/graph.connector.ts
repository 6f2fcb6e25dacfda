import { z } from 'zod';
import { composeMail, messageIdOf } from '../mail/compose-mail.ts';
import { mailSettings } from '../mail/mail-settings.ts';
import { preparedMail, type Sender } from '../mail/prepare-mail.ts';
import type { Effect } from '../ports/connector.port.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import type { Part } from '../vendor/in-parts.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { createTokenApi } from '../vendor/token-api.ts';
import type { VendorApi } from '../vendor/vendor-api.ts';

const settings = z.object({
  ...mailSettings,
  TENANT: z.string().min(1).describe('Directory (tenant) id'),
  CLIENT_ID: z
    .string()
    .min(1)
    .describe('Application id, with the application permissions Mail.Send and Mail.ReadBasic.All'),
  CLIENT_SECRET: secretSetting('Client secret of the same application'),
  MAILBOX: z.email().describe('The mailbox that sends: user principal name'),
  URL: z
    .url()
    .default('https://graph.microsoft.com')
    .describe('Base of the API, where it is not Microsoft Graph itself'),
  LOGIN_URL: z
    .url()
    .default('https://login.microsoftonline.com')
    .describe('Where tokens come from, where it is not Microsoft Entra itself'),
});

const messages = z.object({ value: z.array(z.object({ id: z.string().min(1) })) });

interface Mailing {
  readonly api: VendorApi;
  readonly mailbox: string;
  readonly sender: Sender;
}

/** One mail; whether it was sent is asked by its Message-ID, which no other attempt has. */
const partsOf = ({ api, mailbox, sender }: Mailing, effect: Effect): readonly Part[] => {
  const composing = preparedMail(effect, sender);
  const messageId = messageIdOf(effect, composing.from);
  const user = `/v1.0/users/${encodeURIComponent(mailbox)}`;
  return [
    {
      name: 'mail',
      async find() {
        const answer = await api.ask({
          method: 'GET',
          path: `${user}/mailFolders/sentitems/messages`,
          query: { $filter: `internetMessageId eq '${messageId}'`, $select: 'id', $top: '1' },
        });
        return answer !== null && readAnswer(messages, answer).value.length > 0 ? messageId : null;
      },
      async make() {
        const { bytes } = await composeMail(effect, composing);
        // MIME, so that the thread's headers and our Message-ID are ours.
        await api.act({ method: 'POST', path: `${user}/sendMail`, text: bytes.toString('base64') });
        return messageId;
      },
    },
  ];
};

/** Microsoft Graph. https://learn.microsoft.com/graph/api/user-sendmail */
export const graph = defineConnector({
  provider: 'graph',
  kinds: ['mail.reply'],
  // Exchange Online sends thirty a minute for a mailbox.
  perSecond: 0.5,
  settings,
  async create(given, { timeoutMs }) {
    const { URL: url, LOGIN_URL: login, TENANT: tenant, CLIENT_ID: id, CLIENT_SECRET: secret } = given;
    const api = createTokenApi({
      url,
      timeoutMs,
      token: {
        url: login,
        path: `/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
        form: {
          grant_type: 'client_credentials',
          client_id: id,
          client_secret: secret.reveal(),
          scope: 'https://graph.microsoft.com/.default',
        },
      },
    });
    const mailing = { api, mailbox: given.MAILBOX, sender: { from: given.FROM, sandbox: given.REDIRECT_TO ?? null } };
    return [
      createRecordConnector({
        kind: 'mail.reply',
        timeoutMs,
        requests: 3,
        partsOf: (effect) => partsOf(mailing, effect),
        check: async () => {
          await api.ask({
            method: 'GET',
            path: `/v1.0/users/${encodeURIComponent(given.MAILBOX)}/mailFolders/sentitems/messages`,
            query: { $top: '1', $select: 'id' },
          });
          return [];
        },
        mendOf: () =>
          'Microsoft refuses the application: look at SLUICE_GRAPH_CLIENT_ID and SLUICE_GRAPH_CLIENT_SECRET, and at its permissions Mail.Send and Mail.ReadBasic.All',
      }),
    ];
  },
});
