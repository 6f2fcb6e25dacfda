import type { Account } from '../desk/account.ts';

/** Those of HubSpot's own that a connector writes or reads. */
const STANDARD: Readonly<Record<string, readonly string[]>> = {
  contacts: [
    'email',
    'firstname',
    'lastname',
    'phone',
    'company',
    'website',
    'jobtitle',
    'lifecyclestage',
    'hs_lead_status',
    'hubspot_owner_id',
    'createdate',
  ],
  companies: ['domain', 'name', 'country', 'phone', 'website', 'hubspot_owner_id', 'createdate'],
  deals: [
    'dealname',
    'dealstage',
    'pipeline',
    'amount',
    'closedate',
    'hs_is_closed',
    'description',
    'hubspot_owner_id',
    'createdate',
  ],
  notes: ['hs_note_body', 'hs_timestamp', 'hubspot_owner_id', 'createdate'],
  tasks: [
    'hs_task_subject',
    'hs_task_body',
    'hs_task_status',
    'hs_task_priority',
    'hs_timestamp',
    'hubspot_owner_id',
    'createdate',
  ],
};

/** Properties that no two objects of a type have the same value of. */
const UNIQUE: Readonly<Record<string, readonly string[]>> = { contacts: ['email'] };

export const objectTypes: readonly string[] = Object.keys(STANDARD);

export const propertiesOf = (account: Account, type: string): ReadonlyMap<string, { readonly unique: boolean }> =>
  new Map([
    ...(STANDARD[type] ?? []).map((name) => [name, { unique: UNIQUE[type]?.includes(name) ?? false }] as const),
    ...account
      .all(`properties of ${type}`)
      .map(({ fields }) => [String(fields['name']), { unique: fields['hasUniqueValue'] === true }] as const),
  ]);
