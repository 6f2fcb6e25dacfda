import { crmContent, type CrmContent } from '@sluice/contracts';
import { z } from 'zod';
import type { Effect, SinkFault } from '../ports/connector.port.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import type { Part } from '../vendor/in-parts.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { filled, noteOf, splitName, subjectOf } from '../vendor/record-text.ts';
import { createTokenApi } from '../vendor/token-api.ts';
import type { VendorAnswer, VendorApi } from '../vendor/vendor-api.ts';
import type { Failure } from '../vendor/failure.ts';

const settings = z.object({
  URL: z.url().describe('My Domain of the org: https://acme.my.salesforce.com'),
  CLIENT_ID: z.string().min(1).describe('Consumer key of a connected app with the client credentials flow'),
  CLIENT_SECRET: secretSetting('Consumer secret of the same app'),
});

/** An external id, unique, of Lead and of Task. */
const KEY = 'Sluice_Key__c';
const VERSION = 'v62.0';
const LONGEST = { first: 40, last: 80, company: 255, phone: 40, description: 32_000, subject: 255 } as const;
const DATE_LENGTH = 10;

const upserted = z.object({ id: z.string().min(15).max(18) });
const record = z.object({ Id: z.string().min(15).max(18) });
const described = z.object({ fields: z.array(z.object({ name: z.string(), unique: z.boolean() })) });
const refusals = z.array(z.object({ errorCode: z.string() }));

/** What Salesforce says by its own codes. */
const CODES: Readonly<Record<string, Pick<Failure, 'kind' | 'reason'>>> = {
  REQUEST_LIMIT_EXCEEDED: { kind: 'busy', reason: 'request-limit' },
  SERVER_UNAVAILABLE: { kind: 'unwell', reason: 'server-unavailable' },
  UNABLE_TO_LOCK_ROW: { kind: 'unwell', reason: 'row-locked' },
  INVALID_FIELD: { kind: 'misconfigured', reason: 'field-missing' },
  DUPLICATES_DETECTED: { kind: 'refused', reason: 'duplicates-detected' },
};
const KEY_MEND = `create the text field ${KEY} on Lead and on Task, as an external id that is unique, and let the app's user see it (libs/connectors/src/salesforce/README.md)`;
const MENDS: Readonly<Record<string, string>> = { 'field-missing': KEY_MEND };

const readFailure = ({ body }: VendorAnswer): Failure | null => {
  const said = refusals.safeParse(body);
  const known = said.success ? CODES[said.data[0]?.errorCode ?? ''] : undefined;
  return known ? { ...known, afterMs: null } : null;
};

const leadOf = ({ person, company, inquiry }: CrmContent) => {
  const { first, last } = splitName(person.name);
  return filled({
    FirstName: last === null ? null : first?.slice(0, LONGEST.first),
    LastName: (last ?? first ?? person.email ?? 'Unknown').slice(0, LONGEST.last),
    Company: (company?.name ?? company?.domain ?? 'Unknown').slice(0, LONGEST.company),
    Email: person.email,
    Phone: person.phone?.slice(0, LONGEST.phone),
    LeadSource: inquiry.source,
    Rating: inquiry.label,
  });
};

const TASK_PRIORITIES: Readonly<Record<string, string>> = {
  low: 'Low',
  high: 'High',
  urgent: 'High',
  critical: 'High',
};

/** One lead for an address, and a task for each inquiry. Salesforce itself keeps their keys unique, so that a repeat changes the same record. */
const partsOf = (api: VendorApi, { content: given, effectId }: Effect): readonly Part[] => {
  const content = crmContent.parse(given);
  const { inquiry, person } = content;
  const upsertPart = (
    name: string,
    { type, key, fields }: { type: string; key: string; fields: (made: Readonly<Record<string, string>>) => object },
  ): Part => {
    const path = `/services/data/${VERSION}/sobjects/${type}/${KEY}/${encodeURIComponent(key)}`;
    return {
      name,
      isMain: name === 'lead',
      async find() {
        const answer = await api.ask({ method: 'GET', path });
        return answer && readAnswer(record, answer).Id;
      },
      async make(made) {
        return readAnswer(upserted, await api.act({ method: 'PATCH', path, json: fields(made) })).id;
      },
    };
  };
  return [
    upsertPart('lead', { type: 'Lead', key: (person.email ?? '').toLowerCase(), fields: () => leadOf(content) }),
    upsertPart('task', {
      type: 'Task',
      key: effectId,
      fields: ({ lead }) => ({
        WhoId: lead,
        Subject: subjectOf(content, LONGEST.subject),
        Description: noteOf(content, effectId).slice(0, LONGEST.description),
        Status: 'Not Started',
        Priority: TASK_PRIORITIES[inquiry.priority.toLowerCase()] ?? 'Normal',
        ...(inquiry.dueAt === null ? {} : { ActivityDate: inquiry.dueAt.slice(0, DATE_LENGTH) }),
      }),
    }),
  ];
};

const missingFields = async (api: VendorApi): Promise<readonly SinkFault[]> => {
  const has = await Promise.all(
    ['Lead', 'Task'].map(async (type) => {
      const answer = await api.ask({ method: 'GET', path: `/services/data/${VERSION}/sobjects/${type}/describe` });
      return answer !== null && readAnswer(described, answer).fields.some(({ name, unique }) => name === KEY && unique);
    }),
  );
  return has.every(Boolean) ? [] : [{ target: null, reason: 'field-missing', mend: KEY_MEND }];
};

/** Salesforce. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/ */
export const salesforce = defineConnector({
  provider: 'salesforce',
  kinds: ['crm.upsert'],
  // An org has requests by the day; 25 long ones at a time.
  perSecond: 5,
  settings,
  async create({ URL: url, CLIENT_ID: id, CLIENT_SECRET: secret }, { timeoutMs }) {
    const api = createTokenApi({
      url,
      timeoutMs,
      token: {
        url,
        path: '/services/oauth2/token',
        form: { grant_type: 'client_credentials', client_id: id, client_secret: secret.reveal() },
      },
      read: readFailure,
    });
    return [
      createRecordConnector({
        kind: 'crm.upsert',
        timeoutMs,
        requests: 5,
        partsOf: (effect) => partsOf(api, effect),
        check: () => missingFields(api),
        mendOf: (reason) =>
          MENDS[reason] ??
          'Salesforce refuses the app: set SLUICE_SALESFORCE_CLIENT_ID and SLUICE_SALESFORCE_CLIENT_SECRET anew',
      }),
    ];
  },
});
