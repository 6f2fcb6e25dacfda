import { z } from 'zod';
import { measured } from './rollout.ts';
import { name, quantity, share, whole } from './words.ts';

export const evaluationSchema = z
  .strictObject({
    weeklySample: whole('decisions', [0, 10_000]).default(0).describe('Decisions a week that people look at again'),
    stratifyBy: z
      .enum(['none', 'label', 'category', 'intent'])
      .default('none')
      .describe('What the sample is spread over evenly'),
    goldenMinimum: whole('cases', [0, 100_000])
      .default(0)
      .describe('Labelled cases a change of the playbook must be tried on'),
    gates: z.array(measured).default([]).describe('What must hold on the golden cases for a version to be activated'),
    targets: z.array(measured).default([]).describe('What is reported every week; it blocks nothing'),
    sentSampleShare: share.default(0).describe('Share of what went out unseen that is looked at afterwards'),
  })
  .describe('How the playbook is judged');

export const alertsSchema = z
  .array(
    z.strictObject({
      id: name.describe("The alert's name"),
      metric: name.describe('What is watched: delivery_error_rate, below_gate_share, crm_write_error_rate …'),
      above: quantity("the metric's own", [0, 1_000_000]).describe('Value above which people are told'),
      overMinutes: quantity('minutes', [1, 10_080]).describe('How long it must last, or the window of a rate'),
    }),
  )
  .describe('What people are told of');
