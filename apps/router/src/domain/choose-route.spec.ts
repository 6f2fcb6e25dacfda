import { inquiryScored, type InquiryScored } from '@sluice/contracts';
import { playbookSchema, type Playbook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseRoute } from './choose-route.ts';

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../libs/contracts/golden/inquiry.scored.v1/first.json'), 'utf8'),
) as InquiryScored;

const certain = { review: { needed: false, reasons: [] } };
const scored = (decision: object = {}, metadata: InquiryScored['content']['metadata'] = {}): InquiryScored =>
  inquiryScored.v1.parse({
    ...golden,
    content: { ...golden.content, metadata },
    decision: { ...golden.decision, ...certain, category: 'billing', ...decision },
  });
/** As a version that was accepted before anybody asked whether its routes close too much. */
const stored = (routes: readonly object[]): Playbook => playbookSchema.parse(aDocument({ routes }));

const closing = { id: 'closing', when: 'decision.category == "billing"', queue: 'closed', closed: true, notify: false };
const desk = { id: 'desk', when: 'true', queue: 'desk' };

describe('a route that closes', () => {
  const playbook = stored([closing, desk]);

  it('is taken where all is certain', () => {
    expect(chooseRoute(scored(), playbook)).toMatchObject({ id: 'closing', closed: true, unevaluated: [] });
  });

  it.each([
    { what: 'a person has to look', decision: { review: { needed: true, reasons: ['low-confidence'] } } },
    {
      what: 'a condition could not be evaluated',
      decision: {
        unevaluated: [{ condition: 'rubric.budget', because: 'metadata.budget is not there', counted: 'not-held' }],
      },
    },
  ])('is passed over where $what', ({ decision }) => {
    expect(chooseRoute(scored(decision), playbook)).toMatchObject({ id: 'desk', closed: false });
  });

  it('is passed over after a route that could not be evaluated', () => {
    const vip = { id: 'vip', when: 'metadata.seats > 100', queue: 'vip' };
    const route = chooseRoute(scored({}, { seats: 'many, says Jane' }), stored([vip, closing, desk]));
    expect(route).toMatchObject({
      id: 'desk',
      unevaluated: [
        {
          condition: 'routes.vip',
          because: 'metadata.seats > 100 rests on a text that says no number',
          counted: 'not-held',
        },
      ],
    });
  });

  it('is no harm before one', () => {
    const vip = { id: 'vip', when: 'metadata.seats > 100', queue: 'vip' };
    expect(chooseRoute(scored(), stored([closing, vip, desk]))).toMatchObject({ id: 'closing', unevaluated: [] });
  });

  it('stays open, and is told, where there is no other', () => {
    const review = { review: { needed: true, reasons: ['low-confidence'] } };
    expect(chooseRoute(scored(review), stored([{ ...closing, when: 'true' }]))).toMatchObject({
      id: 'closing',
      closed: false,
      notify: true,
    });
  });
});
