import { z } from 'zod';

const playbookName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/, 'is no name of a playbook: lower-case letters, digits, and _ . - between them');
const reason = z.string().min(3).max(500).describe('Why: stands in the history of the playbook for ever');
const versionNumber = z.coerce.number().int().min(1).max(1_000_000);
/** Postgres keeps no NUL, and no playbook needs one. */
const isPlain = (value: unknown): boolean => !JSON.stringify(value).includes('\\u0000');
const prompts = z
  .record(z.string(), z.string().max(20_000))
  .default({})
  .describe('The texts of the folder prompts/, by name');
const text = z.string().max(400_000);

export const playbookParameter = playbookName;

/** A version by its number, or the one that is active or latest. */
export const versionParameter = z.union(
  [z.enum(['active', 'latest']), versionNumber],
  'is no version: a number from 1 on, `active` or `latest`',
);
export type VersionName = z.output<typeof versionParameter>;

export const playbookBody = z
  .strictObject({
    reason,
    playbook: z
      .union([text, z.record(z.string(), z.unknown())])
      .describe('playbook.yaml as a text, or the same as JSON'),
    prompts,
    extends: z
      .array(z.strictObject({ name: playbookName, text, prompts }))
      .min(1)
      .max(10)
      .nullable()
      .default(null)
      .describe('What it starts from, from the root on; left out: as it is kept here'),
  })
  .refine(isPlain, { message: 'a playbook holds no NUL character' });

const binding = z.strictObject({
  brand: z.string().min(1).max(120).default('*').describe('`*`: any'),
  source: z.string().min(1).max(120).default('*').describe('`*`: any'),
});

export const activateBody = z.strictObject({
  version: versionNumber,
  reason,
  bindings: z
    .array(binding)
    .max(100)
    .default([])
    .describe('Brands and sources that have this playbook from now on; those it has it keeps'),
});

export const rollbackBody = z.strictObject({ version: versionNumber.describe('One that was active before'), reason });

export const diffQuery = z.strictObject({
  from: versionParameter.default('active').describe('A version by number, `active` or `latest`'),
  to: versionParameter.default('latest').describe('A version by number, `active` or `latest`'),
});

const scope = z.string().min(1).max(120).optional();

export const effectiveQuery = z.strictObject({
  version: versionParameter.default('active').describe('A version by number, `active` or `latest`'),
  brand: scope.describe('For whom: its tenant is found by it'),
  channel: scope.describe('form, mail, import'),
  intent: scope.describe('Or the category, where the playbook lists no intents'),
  at: z.string().max(500).default('').describe('JSON pointer: only what stands there, /gates say'),
});
