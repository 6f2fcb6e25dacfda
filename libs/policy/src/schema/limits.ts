import { z } from 'zod';
import { days, name, quantity, share, usd, whole } from './words.ts';

export const budgetSchema = z
  .strictObject({
    triageUsd: usd.nullable().default(null).describe('What reading one inquiry may cost; null: no bound'),
    draftUsd: usd.nullable().default(null).describe('What drafting one reply may cost; null: no bound'),
    alertDailyUsd: usd
      .nullable()
      .default(null)
      .describe('Spending per UTC day from which people are told; null: nobody is'),
    onExceed: z
      .enum(['degrade', 'hold'])
      .default('degrade')
      .describe('`degrade`: words and rules alone; `hold`: it waits for a person'),
  })
  .describe('What may be spent; the daily bound of the models is `model.dailyBudgetUsd`');

export const redactionClasses = [
  'secret',
  'email',
  'phone',
  'name',
  'address',
  'iban',
  'card',
  'ssn',
  'ip',
  'access_token',
  'meeting_link',
  'health',
] as const;

export const redactionSchema = z
  .strictObject({
    classes: z
      .array(z.enum(redactionClasses))
      .default(['secret', 'email', 'phone', 'name', 'iban', 'card', 'ssn', 'ip'])
      .describe('Kinds of personal data and secrets that no model and no log gets to see'),
  })
  .describe('What is taken out of a text before it leaves the house');

export const retentionSchema = z
  .strictObject({
    rawDays: whole('days', [1, 3_650]).describe('Raw messages and their bodies'),
    normalisedDays: days
      .nullable()
      .default(null)
      .describe('Normalised text, where it is to go before raw messages do; null: with them'),
    redactedSampleDays: days.default(0).describe('Redacted samples for quality; 0 keeps none'),
    auditDays: days.nullable().default(null).describe('Journal and audit, without personal data; null: for ever'),
    receiptDays: whole('days', [1, 3_650])
      .default(400)
      .describe(
        "Receipts, without personal data: how long a sender's own id is known again, and an answer finds its conversation",
      ),
    sinkArchiveDays: days.nullable().default(null).describe('Records in sinks, archived after; null: never'),
    pii: z
      .enum(['full', 'encrypted', 'hash_domain'])
      .default('encrypted')
      .describe('What our own tables keep of a contact: all, all but sealed, or a hash and the domain'),
    storage: z
      .record(name, z.array(z.string().length(2)))
      .default({})
      .describe('Storage region by country of the contact (ISO 3166-1 alpha-2): eu: [DE, FR]'),
  })
  .describe('How long things are kept, and where');

const atMost = (unit: string) => quantity(unit, [0, 604_800]).nullable().default(null);

export const sloSchema = z
  .strictObject({
    triageP50Seconds: atMost('seconds').describe('From acceptance to routed, half of all'),
    triageP95Seconds: atMost('seconds').describe('From acceptance to routed, 95 of 100'),
    enrichP95Seconds: atMost('seconds').describe('From acceptance to enriched'),
    draftP95Seconds: atMost('seconds').describe('From acceptance to a draft'),
    approvalSeconds: atMost('seconds').describe('From the click that approves to the message sent'),
    crmP50Seconds: atMost('seconds').describe('From acceptance to the CRM, half of all'),
    crmP95Seconds: atMost('seconds').describe('From acceptance to the CRM, 95 of 100'),
    firstSendP95Seconds: atMost('seconds').describe('From acceptance to the first message out'),
    loadedP95Seconds: atMost('seconds').describe('From acceptance to the reply, with a hundred inquiries at once'),
    availability: share.nullable().default(null).describe('Share of a month in which inquiries are accepted'),
  })
  .describe('Promises of speed, each an indicator with an alert; null: none');

export const effectsSchema = z
  .strictObject({
    retry: z
      .strictObject({
        most: whole('tries', [1, 20]).default(4).describe('Tries in all'),
        baseMs: whole('milliseconds', [10, 600_000]).default(1_000).describe('First pause; it doubles, with jitter'),
        capMs: whole('milliseconds', [10, 3_600_000]).default(60_000).describe('Longest pause'),
      })
      .prefault({})
      .describe('When a provider is unwell'),
  })
  .describe('How outward actions are done');
