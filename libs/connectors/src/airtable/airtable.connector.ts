import { rowContent, type RowContent } from '@sluice/contracts';
import { z } from 'zod';
import type { Effect } from '../ports/connector.port.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import type { Part } from '../vendor/in-parts.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { sendByFetch } from '../vendor/send-by-fetch.ts';
import { createVendorApi, type VendorApi } from '../vendor/vendor-api.ts';

const settings = z.object({
  TOKEN: secretSetting('Personal access token (pat…) with data.records:read and data.records:write'),
  BASE: z.string().min(1).describe('The base: app…'),
  URL: z.url().default('https://api.airtable.com').describe('Base of the API, where it is not Airtable itself'),
});

const records = z.object({ records: z.array(z.object({ id: z.string() })) });
/** The column that no two rows have the same value of. */
const KEY = 'ticket_id';

const MENDS: Readonly<Record<string, string>> = {
  'http-401': 'Airtable refuses the token: set SLUICE_AIRTABLE_TOKEN to one that is valid',
  'http-403':
    'the token may not write this base, or there is no such base or table: look at SLUICE_AIRTABLE_BASE and sinks.table.table',
};

/** A row as box A-08 of document 001A names its columns; what nobody knows yet is left empty. */
const fieldsOf = ({ person, company, inquiry, fields }: RowContent, ticketId: string) =>
  Object.fromEntries(
    Object.entries({
      [KEY]: ticketId,
      source: inquiry.source,
      received_at: inquiry.receivedAt,
      status: 'New',
      category: inquiry.category,
      priority: inquiry.priority,
      customer_email: person.email,
      company: company?.name ?? company?.domain ?? null,
      subject: inquiry.subject,
      summary: inquiry.summary,
      due_at: inquiry.dueAt,
      confidence: inquiry.confidence,
      fields_json: JSON.stringify(Object.fromEntries(fields.map(({ name, value }) => [name, value]))),
    }).filter(([, value]) => value !== null),
  );

const partsOf = (api: VendorApi, base: string, { content: given, effectId }: Effect): readonly Part[] => {
  const content = rowContent.parse(given);
  const path = `/v0/${encodeURIComponent(base)}/${encodeURIComponent(content.table)}`;
  return [
    {
      name: 'row',
      async find() {
        const answer = await api.ask({
          method: 'GET',
          path,
          query: { filterByFormula: `{${KEY}}='${effectId}'`, maxRecords: '1' },
        });
        return (answer && readAnswer(records, answer).records[0]?.id) ?? null;
      },
      async make() {
        const answer = await api.act({
          method: 'PATCH',
          path,
          json: {
            performUpsert: { fieldsToMergeOn: [KEY] },
            records: [{ fields: fieldsOf(content, effectId) }],
            typecast: true,
          },
        });
        return readAnswer(records, answer).records[0]?.id ?? effectId;
      },
    },
  ];
};

/** Airtable. https://airtable.com/developers/web/api */
export const airtable = defineConnector({
  provider: 'airtable',
  kinds: ['table.row'],
  // Five requests a second and base; an effect takes two.
  perSecond: 2,
  settings,
  async create({ TOKEN: token, BASE: base, URL: url }, { timeoutMs }) {
    const headers = { authorization: `Bearer ${token.reveal()}` };
    const api = createVendorApi({ send: sendByFetch({ url, headers: async () => headers }), timeoutMs });
    return [
      createRecordConnector({
        kind: 'table.row',
        timeoutMs,
        requests: 2,
        partsOf: (effect) => partsOf(api, base, effect),
        check: async () => {
          await api.ask({ method: 'GET', path: '/v0/meta/whoami' });
          return [];
        },
        mendOf: (reason) => MENDS[reason] ?? 'Airtable refuses it: look at the token',
      }),
    ];
  },
});
