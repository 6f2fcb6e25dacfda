import { inquiryScored, type InquiryScored } from '@sluice/contracts';
import { stageSpec } from '@sluice/stage/testing';
import { describe, expect, it } from 'vitest';
import type { InquiryReading } from '../ports/inquiry-reader.port.ts';
import { aPlaybook } from '../testing/a-playbook.ts';
import { anEnrichedInquiry } from '../testing/an-enriched-inquiry.ts';
import { scoreInquiry } from './score-inquiry.stage.ts';

const usage = {
  model: 'm',
  promptHash: '0'.repeat(64),
  cached: false,
  repaired: false,
  inputTokens: 1,
  outputTokens: 1,
  costUsd: 0,
};
const read = (fields: Extract<InquiryReading, { kind: 'understood' }>['fields']): InquiryReading => ({
  kind: 'understood',
  fields,
  usage,
});

const scored = (text: string, reading: InquiryReading): InquiryScored => {
  const inquiry = anEnrichedInquiry({ content: { subject: null, text, removed: [], metadata: {} } });
  const { outcome } = stageSpec(scoreInquiry, aPlaybook())(inquiry).when(reading);
  if (outcome.kind !== 'emit') throw new Error(`it was not scored: ${outcome.kind}`);
  return inquiryScored.v1.parse(outcome.events[0]?.data);
};

const ROCKET = '🚀';
const FAMILY = '👨‍👩‍👧‍👦';

describe('the summary', () => {
  it.each([
    { what: 'an emoji', long: `${'x'.repeat(159)}${ROCKET} and more`, summary: 'x'.repeat(159) },
    { what: 'a family', long: `${'x'.repeat(155)}${FAMILY} and more`, summary: 'x'.repeat(155) },
    { what: 'a letter with its accent', long: `${'x'.repeat(159)}e\u0301 and more`, summary: 'x'.repeat(159) },
  ])('of a long text is not cut through $what', ({ long, summary }) => {
    expect(scored(long, { kind: 'not-asked' }).content.summary).toBe(summary);
  });

  it("is the model's where it gives one, cut between characters too", () => {
    const { content } = scored('We need seats.', read({ summary: `${'x'.repeat(119)}${ROCKET} and more` }));
    expect(content.summary).toBe('x'.repeat(119));
  });
});

describe('what the model says', () => {
  it('stands in the content, and not in the decision where the playbook does not list it', () => {
    const { content, decision } = scored('We need seats.', read({ intent: 'call Jane Doe', use_case: 'crm' }));
    expect(content.extracted).toEqual({ intent: 'call Jane Doe', use_case: 'crm' });
    expect(decision.intent).toBeNull();
    expect(JSON.stringify(decision)).not.toContain('Jane');
  });
});
