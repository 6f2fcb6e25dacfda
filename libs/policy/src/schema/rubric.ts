import { z } from 'zod';
import { condition, name, quantity, term } from './words.ts';

const points = quantity('points', [-1_000, 1_000]);

const component = z.strictObject({
  rule: name.describe("Shown in the score's ledger"),
  group: name.nullable().default(null).describe('The group whose cap it counts towards; null: none'),
  when: condition.describe('CEL over inquiry, contact, company, history, metadata, reading, lists and numbers'),
  points: points.describe('Added when the condition holds'),
  times: condition
    .nullable()
    .default(null)
    .describe(
      'CEL for a number from 0 to 1: the points are multiplied by it and rounded; null: all of them. One that can not be evaluated gives none',
    ),
  input: condition.describe(
    'CEL for the value shown beside the points: a number, or a word that the playbook says; words of the writer are shown as `unlisted`',
  ),
  from: z.enum(['rule', 'model', 'enrichment']).describe('Where the value comes from'),
  note: z.string().default('').describe('Where the number comes from'),
});

export const rubricSchema = z
  .strictObject({
    start: points.default(0).describe('What everybody begins with'),
    components: z.array(component).default([]).describe('What earns or costs points'),
    groups: z
      .record(
        name,
        z.strictObject({
          least: points.default(0).describe('What the group gives at least'),
          most: points.describe('What the group gives at most'),
        }),
      )
      .default({})
      .describe('Bounds on what several components give together'),
    normalise: z
      .enum(['none', 'to_100'])
      .default('none')
      .describe('`to_100`: the held sum is multiplied so that `cap` becomes 100; thresholds are then of 100'),
    floor: points.default(0).describe('Lowest sum'),
    cap: points.default(100).describe('Highest sum'),
    labels: z
      .array(
        z.strictObject({
          label: term.describe("A, B, C, Drop; Hot, Warm, Cold: label or tier, the playbook's own"),
          atLeast: points.describe('Score from which it is given'),
        }),
      )
      .default([])
      .describe('Tiers, highest threshold first; none leaves the label empty'),
  })
  .describe(
    'Additive: the points of all components whose condition holds, each group and the whole held within bounds',
  );
