import { z } from 'zod';
import { quantity, usd, whole } from './words.ts';

const price = quantity('US dollars per million tokens', [0, 10_000]);
const tier = z.strictObject({
  name: z.string().describe("The provider's name of the model"),
  inputPerMillionUsd: price.describe('Price of what is sent'),
  outputPerMillionUsd: price.describe('Price of what comes back'),
});

export const modelSchema = z
  .strictObject({
    ask: z
      .enum(['never', 'unless-decided'])
      .default('unless-decided')
      .describe('`never`: words and rules alone; `unless-decided`: whenever no hard rule has settled it'),
    small: tier.describe('Asked first'),
    large: tier.nullable().default(null).describe('Asked when the small one is uncertain; null is never'),
    escalateWhenMissing: whole('key fields', [1, 50])
      .nullable()
      .default(null)
      .describe('Null key fields from which the large model is asked; null is never'),
    temperature: quantity('none', [0, 2]).default(0.2).describe('0 is the most repeatable'),
    timeoutMs: whole('milliseconds', [100, 120_000])
      .default(20_000)
      .describe('Time for the whole answer, escalation included'),
    maxOutputTokens: whole('tokens', [16, 8_000]).default(500).describe('Longest answer'),
    dailyBudgetUsd: usd.describe('Spending per UTC day; above it rules only'),
    reuseMinutes: quantity('minutes', [0, 10_080])
      .default(10)
      .describe('How long an identical question is answered from the cache'),
  })
  .describe('Which models read, and what they may cost');
