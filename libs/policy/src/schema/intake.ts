import { z } from 'zod';
import { quantity, whole } from './words.ts';

export const intakeSchema = z
  .strictObject({
    dedupeWindowMinutes: quantity('minutes', [0, 10_080])
      .default(10)
      .describe('How long the same content of the same contact and thread is a repeat; 0 turns this layer off'),
    drop: z
      .array(z.enum(['auto-reply', 'bounce', 'loop', 'list']))
      .default(['auto-reply', 'bounce', 'loop'])
      .describe('Kinds of automatic mail that go no further'),
    languageMinCharacters: whole('characters', [1, 1_000])
      .default(20)
      .describe('Length below which no language is claimed'),
    defaultRegion: z
      .string()
      .length(2)
      .default('US')
      .describe('ISO 3166-1 alpha-2: read for phone numbers without a country code'),
    loopAfterMessages: whole('messages', [2, 1_000])
      .default(50)
      .describe('Messages of one contact in one conversation within the dedupe window above which they are a loop'),
  })
  .describe('What comes in');
