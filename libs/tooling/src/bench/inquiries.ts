import { randomUUID } from 'node:crypto';
import { createIntake } from '@sluice/ingest';
import { systemClock } from '@sluice/kernel';
import type { ProducedRecord } from '@sluice/stage';
import { createRegistryCodec } from '@sluice/transport';

export interface InquiryBody {
  readonly source: string;
  readonly eventId: string;
  readonly contact: { readonly email: string; readonly name: string; readonly title: string; readonly country: string };
  readonly subject: string;
  readonly text: string;
  readonly metadata: Readonly<Record<string, string | number>>;
}

const COMPANIES = 50;
const domainOf = (n: number): string => `company-${n % COMPANIES}.com`;

/** What the enricher's tables are filled with: the world of a bench answers at once and from memory. */
export const companies = Array.from({ length: COMPANIES }, (_, n) => ({
  domain: domainOf(n),
  name: `Company ${n}`,
  employees: 10 * (n + 1),
  industry: 'software',
  country: 'US',
}));
export const websiteTexts = Object.fromEntries(
  companies.map(({ domain, name }) => [domain, `${name} builds software for sales teams of every size.`]),
);

const TEXTS = [
  [
    'web-form',
    'CRM integration',
    'We need a CRM integration for our sales team this month. The budget is approved and we would like to see a demo with our own data.',
  ],
  [
    'support-form',
    'Dashboard is down',
    'The dashboard is down since this morning and nobody here can log in. We tried two browsers and another network. Please help.',
  ],
  [
    'web-form',
    'Just looking',
    'I am comparing tools for a later project and would like to understand how routing of leads works, and what it costs for a small team.',
  ],
  [
    'support-form',
    'Invoice',
    'Our last invoice was charged twice last week. Please refund one of the two payments and send a corrected receipt to this address.',
  ],
] as const;
const PADDING =
  'Some context on how we work today: requests arrive by mail and by form, three people sort them by hand, and answers take a day. ';

/** Tells the inquiries of one run from those of another: the same words twice would be a repeat. */
const run = randomUUID().slice(0, 8);
let made = 0;

/** Inquiries of four kinds, about 700 bytes each, no two alike. `source` narrows the kinds to one playbook. */
export const inquiries = (count: number, source?: string): readonly InquiryBody[] => {
  const kinds = TEXTS.filter(([from]) => source === undefined || from === source);
  return Array.from({ length: count }, (_, at): InquiryBody => {
    const n = (made += 1);
    const [from, subject, text] = kinds[at % kinds.length] ?? TEXTS[0];
    return {
      source: from,
      eventId: `bench-${run}-${n}`,
      subject: `${subject} (${run}-${n})`,
      text: `${text}\n\n${PADDING.repeat(2)}(${run}-${n})`,
      contact: { email: `person-${n}@${domainOf(n)}`, name: `Person ${n}`, title: 'Head of Sales', country: 'US' },
      metadata: { budget_usd: 25_000, form: 'bench' },
    };
  });
};

const NO_RECEIPTS = {
  claim: async () => 'new' as const,
  openWindow: async () => '',
  acknowledge: async () => undefined,
};
const NO_BLOBS = { put: async () => '', get: async () => null };

/** The records that intake would publish for these inquiries, byte for byte, made before any clock runs. */
export const rawRecords = async (
  bodies: readonly InquiryBody[],
  { registryUrl }: { readonly registryUrl: string },
): Promise<readonly ProducedRecord[]> => {
  const records: ProducedRecord[] = [];
  const intake = createIntake({
    brand: 'default',
    codec: createRegistryCodec({ url: registryUrl }),
    blobs: NO_BLOBS,
    reader: { read: async () => null },
    receipts: NO_RECEIPTS,
    memoryTerms: async () => ({ windowMinutes: 10, receiptDays: 1, rawDays: 30 }),
    clock: systemClock,
    transport: { publish: async (published) => void records.push(...published) },
  });
  for (const { contact, ...body } of bodies) {
    await intake.acceptForm(
      { ...body, threadId: null, contact: { phone: null, company: null, website: null, ...contact } },
      'form',
      { bytes: Buffer.alloc(0), mediaType: 'application/json' },
    );
  }
  return records;
};
