import { inquiryEnriched, inquiryScored, type InquiryEnriched, type InquiryScored } from '@sluice/contracts';
import { contextOf, FOR_A_PERSON, inForce, intentKey, type Playbook } from '@sluice/policy';
import { defineStage, emit } from '@sluice/stage';
import { axesOf, termIn } from '../domain/axes.ts';
import { classify } from '../domain/category.ts';
import { judge, needsModel, type Verdict } from '../domain/hard-rules.ts';
import { describeReading, fieldsOf, knownFields } from '../domain/reading.ts';
import { gateBy, isPassed } from '../domain/review.ts';
import { scoreBy } from '../domain/score.ts';
import { thresholdsFor } from '../domain/thresholds.ts';
import type { FieldValue, InquiryReader, InquiryReading } from '../ports/inquiry-reader.port.ts';

type Fields = Readonly<Record<string, FieldValue>> | null;

const SUMMARY_CHARACTERS = 160;

/** A model's priority counts only where the playbook asks for one, knows it, and is sure enough. */
const priorityFor = ({ taxonomy, extraction }: Playbook, verdict: Verdict, { fields, category, believed }: { readonly fields: Fields; readonly category: string; readonly believed: boolean }): string => {
  const read = believed && 'priority' in extraction.fields ? termIn(fields, 'priority') : null;
  const known = read !== null && taxonomy.priorities.includes(read) ? read : null;
  const usual = taxonomy.categories.find(({ name }) => name === category)?.priority;
  return verdict.priority ?? known ?? usual ?? taxonomy.priorities[0] ?? 'normal';
};

const contentOf = ({ content }: InquiryEnriched, fields: Fields): InquiryScored['content'] => ({
  ...content,
  summary: termIn(fields, 'summary') ?? content.text.replaceAll(/\s+/gu, ' ').slice(0, SUMMARY_CHARACTERS),
  extracted: Object.fromEntries(Object.entries(fields ?? {}).map(([field, value]) => [field, Array.isArray(value) ? [...value] : value])) as InquiryScored['content']['extracted'],
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

  gather: async (inquiry: InquiryEnriched, { reader }: { reader: InquiryReader }, { playbook: whole, signal }): Promise<InquiryReading> => {
    const playbook = inForce(whole, inquiry);
    return needsModel(playbook, judge(playbook, contextOf(inquiry, playbook))) ? reader.read(inquiry, playbook, signal) : { kind: 'not-asked' };
  },

  costUsd: (reading) => ('usage' in reading ? reading.usage.costUsd : 0),

  decide(inquiry, reading, { playbook: whole, decisionId, now }) {
    const playbook = inForce(whole, inquiry);
    const context = contextOf(inquiry, playbook);
    const verdict = judge(playbook, context);
    const fields = fieldsOf(reading);
    const text = `${inquiry.content.subject ?? ''}\n${inquiry.content.text}`;
    const { category, confidence, flags } = classify(playbook, { verdict, fields, text, words: Number(context.inquiry.words) });
    const { score, reasons, label } = scoreBy(playbook.rubric, { ...context, reading: knownFields(fields) });
    const on = axesOf(playbook, { fields, text });
    const key = intentKey(playbook, { intent: on.intent, category });
    const narrow = inForce(whole, { ...inquiry, intent: key });
    const thresholds = thresholdsFor(narrow, { key, category, channel: inquiry.channel, flags, held: verdict.path });
    const gated = gateBy(narrow, { thresholds, confidence, reading });
    return emit(inquiryScored.v1.of({
      ...inquiry,
      content: contentOf(inquiry, fields),
      decision: {
        decisionId, category, confidence, score, ...on, ...gated,
        reasons: [...reasons],
        label: verdict.label ?? label,
        priority: priorityFor(playbook, verdict, { fields, category, believed: isPassed(gated.gates, 'priority') }),
        flags: [...flags, ...verdict.rules.map((rule) => `rule:${rule}`), ...(thresholds.path === 'human' ? [FOR_A_PERSON] : [])],
        reading: describeReading(reading),
      },
      scoredAt: now,
    }));
  },
});
