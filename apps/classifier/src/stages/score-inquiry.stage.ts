import { inquiryEnriched, inquiryScored, type InquiryEnriched, type InquiryScored } from '@sluice/contracts';
import { truncate } from '@sluice/kernel';
import { contextOf, inForce, type Playbook } from '@sluice/policy';
import { defineStage, emit } from '@sluice/stage';
import { termIn } from '../domain/axes.ts';
import { decisionOn } from '../domain/decision.ts';
import { applyRules, needsModel } from '../domain/hard-rules.ts';
import { fieldsOf } from '../domain/reading.ts';
import type { FieldValue, InquiryReader, InquiryReading } from '../ports/inquiry-reader.port.ts';

type Fields = Readonly<Record<string, FieldValue>> | null;

const SUMMARY_CHARACTERS = 160;

const contentOf = ({ content }: InquiryEnriched, fields: Fields): InquiryScored['content'] => ({
  ...content,
  summary: termIn(fields, 'summary') ?? truncate(content.text.replaceAll(/\s+/gu, ' '), SUMMARY_CHARACTERS),
  extracted: Object.fromEntries(
    Object.entries(fields ?? {}).map(([field, value]) => [field, Array.isArray(value) ? [...value] : value]),
  ) as InquiryScored['content']['extracted'],
});

/**
 * Decides what an inquiry is and how much it matters.
 *
 * The model reads; it never decides. `gather` asks it what the text says, and only when the hard rules have not settled the
 * inquiry; `decide` applies the playbook to the answer. The same reading always gives the same decision, so a new rubric can be
 * tried on recorded readings without calling a model.
 */
export const scoreInquiry = defineStage<Playbook>()({
  name: 'score-inquiry',
  consumes: inquiryEnriched.v1,
  produces: [inquiryScored.v1],

  gather: async (
    inquiry: InquiryEnriched,
    { reader }: { reader: InquiryReader },
    { playbook: whole, signal },
  ): Promise<InquiryReading> => {
    const playbook = inForce(whole, inquiry);
    return needsModel(playbook, applyRules(playbook, contextOf(inquiry, playbook)))
      ? reader.read(inquiry, playbook, signal)
      : { kind: 'not-asked' };
  },

  costUsd: (reading) => ('usage' in reading ? reading.usage.costUsd : 0),

  decide: (inquiry, reading, { playbook, decisionId, now }) =>
    emit(
      inquiryScored.v1.of({
        ...inquiry,
        content: contentOf(inquiry, fieldsOf(reading)),
        decision: decisionOn(playbook, { inquiry, reading, decisionId, now }),
        scoredAt: now,
      }),
    ),
});
