import { z } from 'zod';
import { acknowledgementSchema } from './schema/acknowledgement.ts';
import { calendarsSchema } from './schema/calendar.ts';
import { enrichmentSchema } from './schema/enrichment.ts';
import { alertsSchema, evaluationSchema } from './schema/evaluation.ts';
import { extractionSchema } from './schema/extraction.ts';
import { facadesSchema } from './schema/facades.ts';
import { gatesSchema } from './schema/gates.ts';
import { intakeSchema } from './schema/intake.ts';
import { budgetSchema, effectsSchema, redactionSchema, retentionSchema, sloSchema } from './schema/limits.ts';
import { modelSchema } from './schema/model.ts';
import { overridesSchema, tenantsSchema } from './schema/overrides.ts';
import {
  consoleSchema,
  draftingSchema,
  followUpsSchema,
  retrievalSchema,
  reuseSchema,
  sourcesSchema,
} from './schema/places.ts';
import { flagsSchema, killSwitchesSchema, rolloutSchema } from './schema/rollout.ts';
import { poolsSchema } from './schema/pools.ts';
import { routesSchema, territoriesSchema } from './schema/routing.ts';
import { rubricSchema } from './schema/rubric.ts';
import { guardsSchema, rulesSchema } from './schema/rules.ts';
import { sinksSchema } from './schema/sinks.ts';
import { slaSchema } from './schema/sla.ts';
import { taxonomySchema } from './schema/taxonomy.ts';
import { name, phrases } from './schema/words.ts';

export const playbookSchema = z.strictObject({
  name: name.describe("The playbook's name: that of its folder"),
  description: z.string().describe('What it is for, in a sentence'),
  facades: facadesSchema.default([]),
  sources: sourcesSchema.default({}),
  intake: intakeSchema.prefault({}),
  reuse: reuseSchema.prefault({}),
  enrichment: enrichmentSchema.prefault({}),
  lists: z
    .record(z.string(), phrases)
    .default({})
    .describe('Word lists that conditions name: lists.supported_use_cases'),
  numbers: z
    .record(z.string(), z.number().meta({ unit: 'its own, named in the key' }))
    .default({})
    .describe('Numbers that conditions name, with their unit in the name: numbers.role_budget_usd'),
  prompts: z
    .record(name, z.string().max(20_000))
    .default({})
    .describe('Texts for models, by name; filled from the folder prompts/'),
  taxonomy: taxonomySchema,
  rules: rulesSchema.default([]),
  extraction: extractionSchema.prefault({}),
  model: modelSchema,
  rubric: rubricSchema.prefault({}),
  gates: gatesSchema,
  guards: guardsSchema.default([]),
  rollout: rolloutSchema.prefault({}),
  killSwitches: killSwitchesSchema.default([]),
  flags: flagsSchema.default({}),
  calendars: calendarsSchema.default({}),
  sla: slaSchema.prefault({}),
  territories: territoriesSchema.default({}),
  routes: routesSchema,
  pools: poolsSchema.default({}),
  followUps: followUpsSchema.default([]),
  acknowledgement: acknowledgementSchema.prefault({}),
  retrieval: retrievalSchema.prefault({}),
  drafting: draftingSchema.prefault({}),
  sinks: sinksSchema,
  effects: effectsSchema.prefault({}),
  budget: budgetSchema.prefault({}),
  slo: sloSchema.prefault({}),
  redaction: redactionSchema.prefault({}),
  retention: retentionSchema,
  evaluation: evaluationSchema.prefault({}),
  alerts: alertsSchema.default([]),
  console: consoleSchema.prefault({}),
  tenants: tenantsSchema.default({}),
  overrides: overridesSchema.prefault({}),
});

/** An immutable policy document: every number, word and route that a decision rests on. */
export type Playbook = z.output<typeof playbookSchema>;
export type Rubric = Playbook['rubric'];
export type Route = Playbook['routes'][number];
export type Pool = Playbook['pools'][string];
export type Owner = Pool['owners'][number];
