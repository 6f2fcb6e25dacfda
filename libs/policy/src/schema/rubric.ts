import { z } from 'zod';
import { condition, name, term } from './words.ts';

export const rubricSchema = z.strictObject({
  start: z.number().default(0),
  components: z.array(z.strictObject({
    rule: name,
    when: condition,
    points: z.number(),
    input: condition.describe('CEL for the value shown beside the points; never a contact detail'),
    from: z.enum(['rule', 'model', 'enrichment']),
    note: z.string().default('').describe('Where the number comes from'),
  })).default([]),
  floor: z.number().default(0),
  cap: z.number().default(100),
  labels: z.array(z.strictObject({ label: term, atLeast: z.number() })).default([]).describe('Highest threshold first; none leaves the label empty'),
}).describe('Additive: the points of all components whose condition holds, then held between floor and cap');
