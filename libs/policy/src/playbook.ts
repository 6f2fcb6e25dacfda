import { z } from 'zod';
import { extractionSchema, gatesSchema, modelSchema, rulesSchema, taxonomySchema } from './schema/classification.ts';
import { calendarsSchema } from './schema/calendar.ts';
import { enrichmentSchema } from './schema/enrichment.ts';
import { intakeSchema } from './schema/intake.ts';
import { acknowledgementSchema, poolsSchema, routesSchema, sinksSchema } from './schema/routing.ts';
import { rubricSchema } from './schema/rubric.ts';
import { slaSchema } from './schema/sla.ts';
import { name } from './schema/words.ts';

export const playbookSchema = z.strictObject({
  name,
  description: z.string(),
  intake: intakeSchema.prefault({}),
  enrichment: enrichmentSchema.prefault({}),
  lists: z.record(z.string(), z.array(z.string())).default({}).describe('Word lists that conditions name: lists.supported_use_cases'),
  numbers: z.record(z.string(), z.number()).default({}).describe('Numbers that conditions name: numbers.role_budget_usd'),
  taxonomy: taxonomySchema,
  rules: rulesSchema.default([]),
  extraction: extractionSchema.prefault({}),
  model: modelSchema,
  rubric: rubricSchema.prefault({}),
  gates: gatesSchema,
  calendars: calendarsSchema.default({}),
  sla: slaSchema.prefault({}),
  routes: routesSchema,
  pools: poolsSchema.default({}),
  sinks: sinksSchema,
  acknowledgement: acknowledgementSchema.prefault({}),
  retention: z.strictObject({ rawDays: z.int().min(1).max(3_650) }),
});

/** An immutable policy document: every number, word and route that a decision rests on. */
export type Playbook = z.output<typeof playbookSchema>;
export type Rubric = Playbook['rubric'];
export type Route = Playbook['routes'][number];
export type Pool = Playbook['pools'][string];
export type Owner = Pool['owners'][number];
