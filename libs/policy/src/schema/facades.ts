import { z } from 'zod';

/** Paths of the source documents, in groups that are switched on together, and the source whose playbook says whether they are. */
export const facadeSources = {
  'leads-intake': 'leads-intake',
  triage: 'mail',
  'email-webhook': 'email-webhook',
  'admin-replay': 'email-webhook',
  'lead-capture': 'lead-capture',
  'intake-webhook': 'intake-webhook',
  'admin-settings': 'intake-webhook',
  'lead-webhook': 'lead-webhook',
  'admin-leads': 'lead-webhook',
  health: '*',
} as const;

export type Facade = keyof typeof facadeSources;

export const facades = Object.keys(facadeSources) as [Facade, ...Facade[]];

export const facadesSchema = z
  .array(z.enum(facades))
  .describe(
    'Paths of the source documents that answer besides /v1 where this playbook is in force: for the source of the same name. `triage` goes with the source mail, `admin-replay` with email-webhook, `admin-settings` with intake-webhook, `admin-leads` with lead-webhook; `/health` answers always',
  );
