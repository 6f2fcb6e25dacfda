import { createHash } from 'node:crypto';
import { enrolContent, type EnrolContent } from '@sluice/contracts';
import { z } from 'zod';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import { failed } from '../vendor/failure.ts';
import type { Part } from '../vendor/in-parts.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { splitName } from '../vendor/record-text.ts';
import { sendByFetch } from '../vendor/send-by-fetch.ts';
import { createVendorApi, type VendorApi } from '../vendor/vendor-api.ts';

const settings = z.object({
  KEY: secretSetting('API key: it ends in the data centre, as -us6'),
  STATUS_IF_NEW: z
    .enum(['pending', 'subscribed', 'transactional'])
    .default('pending')
    .describe('What somebody new is: `pending` has Mailchimp ask them first'),
  URL: z.url().optional().describe('Base of the API, where it is not that of the data centre the key names'),
});

const member = z.object({
  id: z.string(),
  status: z.string(),
  tags: z.array(z.object({ name: z.string() })).default([]),
});
/** Who has said no, or can't be reached. Mailchimp takes no such person back, and neither do we. */
const GONE: ReadonlySet<string> = new Set(['unsubscribed', 'cleaned', 'archived']);

const addressOf = (key: string): string => `https://${key.slice(key.lastIndexOf('-') + 1)}.api.mailchimp.com`;

const partsOf = (api: VendorApi, statusIfNew: string, content: EnrolContent): readonly Part[] => {
  const { list, tags, automation, person } = content;
  if (list === null) throw failed('refused', 'no-list');
  // A journey is started by a tag: its own call knows no repeat and can't be asked about.
  if (automation !== null) throw failed('refused', 'automation-not-supported');
  const email = person.email ?? '';
  const path = `/3.0/lists/${encodeURIComponent(list)}/members/${createHash('md5').update(email.toLowerCase()).digest('hex')}`;
  const known = async () => {
    const answer = await api.ask({ method: 'GET', path });
    const found = answer && readAnswer(member, answer);
    if (found && GONE.has(found.status)) throw failed('refused', 'suppressed');
    return found;
  };
  const { first, last } = splitName(person.name);
  return [
    {
      name: 'member',
      isMain: true,
      find: async () => (await known())?.id ?? null,
      async make() {
        const answer = await api.act({
          method: 'PUT',
          path,
          json: {
            email_address: email,
            status_if_new: statusIfNew,
            merge_fields: { ...(first === null ? {} : { FNAME: first }), ...(last === null ? {} : { LNAME: last }) },
          },
        });
        return readAnswer(member, answer).id;
      },
    },
    ...(tags.length === 0
      ? []
      : [
          {
            name: 'tags',
            async find() {
              const has = new Set((await known())?.tags.map(({ name }) => name));
              return tags.every((tag) => has.has(tag)) ? tags.join(',') : null;
            },
            async make() {
              await api.act({
                method: 'POST',
                path: `${path}/tags`,
                json: { tags: tags.map((name) => ({ name, status: 'active' })) },
              });
              return tags.join(',');
            },
          },
        ]),
  ];
};

/** Mailchimp Marketing. https://mailchimp.com/developer/marketing/api/ */
export const mailchimp = defineConnector({
  provider: 'mailchimp',
  kinds: ['marketing.enrol'],
  // Ten connections at a time; an effect takes four short requests.
  perSecond: 2,
  settings,
  async create({ KEY: key, STATUS_IF_NEW: statusIfNew, URL: url }, { timeoutMs }) {
    const headers = { authorization: `Basic ${Buffer.from(`sluice:${key.reveal()}`).toString('base64')}` };
    const send = sendByFetch({ url: url ?? addressOf(key.reveal()), headers: async () => headers });
    const api = createVendorApi({ send, timeoutMs });
    return [
      createRecordConnector({
        kind: 'marketing.enrol',
        timeoutMs,
        requests: 5,
        partsOf: ({ content }) => partsOf(api, statusIfNew, enrolContent.parse(content)),
        check: async () => {
          await api.ask({ method: 'GET', path: '/3.0/ping' });
          return [];
        },
        mendOf: () => 'Mailchimp refuses the key: set SLUICE_MAILCHIMP_KEY anew, with its data centre',
      }),
    ];
  },
});
