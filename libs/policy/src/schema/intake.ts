import { z } from 'zod';

export const intakeSchema = z.strictObject({
  dedupeWindowMinutes: z.number().min(0).max(10_080).default(10).describe('Minutes in which the same content of the same contact and thread is a repeat; 0 turns this layer off'),
  drop: z.array(z.enum(['auto-reply', 'bounce', 'loop', 'list'])).default(['auto-reply', 'bounce', 'loop']).describe('Kinds of automatic mail that go no further'),
  languageMinCharacters: z.int().min(1).max(1_000).default(20).describe('Characters below which no language is claimed'),
  defaultRegion: z.string().length(2).default('US').describe('ISO 3166-1 alpha-2: read for phone numbers without a country code'),
  loopAfterMessages: z.int().min(2).max(1_000).default(50).describe('Messages of one contact in one conversation within the dedupe window above which they are a loop'),
});
