import type { Decision, InquiryEnriched, Unevaluated } from '@sluice/contracts';
import type { DecisionId } from '@sluice/kernel';
import { contextOf, FOR_A_PERSON, inForce, intentKey, type ConditionContext, type Playbook } from '@sluice/policy';
import type { FieldValue, InquiryReading } from '../ports/inquiry-reader.port.ts';
import { axesOf, termIn } from './axes.ts';
import { classify } from './category.ts';
import { heldBack } from './guards.ts';
import { applyRules, strictestPath, type Ruling } from './hard-rules.ts';
import { describeReading, fieldsOf, knownFields } from './reading.ts';
import { gateBy, isPassed } from './review.ts';
import { scoreBy } from './score.ts';
import { thresholdsFor, type Row } from './thresholds.ts';

type Fields = Readonly<Record<string, FieldValue>> | null;
type Finding = Omit<Decision, 'decisionId' | 'gates' | 'review' | 'reading' | 'unevaluated'> & {
  readonly unevaluated: readonly Unevaluated[];
};

/** A model's priority counts only where the playbook asks for one, knows it, and is sure enough. */
const priorityFor = (
  { taxonomy, extraction }: Playbook,
  ruling: Ruling,
  { fields, category, believed }: { readonly fields: Fields; readonly category: string; readonly believed: boolean },
): string => {
  const read = believed && 'priority' in extraction.fields ? termIn(fields, 'priority') : null;
  const known = read !== null && taxonomy.priorities.includes(read) ? read : null;
  const usual = taxonomy.categories.find(({ name }) => name === category)?.priority;
  return ruling.priority ?? known ?? usual ?? taxonomy.priorities[0] ?? '';
};

const guardContext = (
  context: ConditionContext,
  { category, label, priority, score, confidence, flags, ...on }: Finding,
): ConditionContext => ({
  ...context,
  decision: {
    category,
    priority,
    score,
    confidence,
    flags,
    label: label ?? '',
    intent: on.intent ?? '',
    product: on.product ?? '',
    urgency: on.urgency ?? '',
    sentiment: on.sentiment ?? '',
  },
});

const rowOf = (
  playbook: Playbook,
  finding: Finding,
  { channel, held, now }: Pick<Row, 'channel' | 'held' | 'now'>,
): Row => ({ key: intentKey(playbook, finding), category: finding.category, flags: finding.flags, channel, held, now });

interface Evidence {
  readonly fields: Fields;
  readonly text: string;
  readonly words: number;
}

const findingOf = (
  playbook: Playbook,
  {
    ruling,
    evidence,
    context,
  }: { readonly ruling: Ruling; readonly evidence: Evidence; readonly context: ConditionContext },
): Omit<Finding, 'priority'> => {
  const { category, confidence, flags } = classify(playbook, { ruling, ...evidence });
  const { score, reasons, label, unevaluated } = scoreBy(playbook, context);
  return {
    category,
    confidence,
    score,
    reasons: [...reasons],
    label: ruling.label ?? label,
    ...axesOf(playbook, evidence),
    flags: [...flags, ...ruling.rules.map((rule) => `rule:${rule}`)],
    unevaluated: [...ruling.unevaluated, ...unevaluated],
  };
};

interface Deciding {
  readonly inquiry: InquiryEnriched;
  readonly reading: InquiryReading;
  readonly decisionId: DecisionId;
  readonly now: string;
}

/** Everything that is decided about an inquiry: what it is, what it is worth, which gates it passes, and who must look. */
export const decisionOn = (whole: Playbook, { inquiry, reading, decisionId, now }: Deciding): Decision => {
  const playbook = inForce(whole, inquiry);
  const rules = contextOf(inquiry, playbook);
  const ruling = applyRules(playbook, rules);
  const fields = fieldsOf(reading);
  const context = { ...rules, reading: knownFields(fields) };
  const evidence = {
    fields,
    text: `${inquiry.content.subject ?? ''}\n${inquiry.content.text}`,
    words: Number(rules.inquiry.words),
  };
  const found = findingOf(playbook, { ruling, evidence, context });
  const narrow = inForce(whole, { ...inquiry, intent: intentKey(playbook, found) });

  const open = thresholdsFor(
    narrow,
    rowOf(narrow, { ...found, priority: '' }, { channel: inquiry.channel, held: ruling.path, now }),
  );
  const believed = isPassed(
    gateBy(narrow, { thresholds: open, confidence: found.confidence, reading }).gates,
    'priority',
  );
  const usual = priorityFor(narrow, ruling, { fields, category: found.category, believed });
  const held = heldBack(narrow, guardContext(context, { ...found, priority: usual }), {
    priority: usual,
    flagsInDoubt: ruling.flagsInDoubt,
  });

  const finding: Finding = {
    ...found,
    priority: held.priority,
    flags: [...new Set([...found.flags, ...held.flags, ...held.guards.map((guard) => `rule:${guard}`)])],
    unevaluated: [...found.unevaluated, ...held.unevaluated],
  };
  const thresholds = thresholdsFor(
    narrow,
    rowOf(narrow, finding, { channel: inquiry.channel, held: strictestPath([ruling.path, held.path]), now }),
  );
  const { unevaluated, ...decided } = finding;
  return {
    ...decided,
    decisionId,
    flags: thresholds.path === 'human' ? [...finding.flags, FOR_A_PERSON] : finding.flags,
    ...gateBy(narrow, { thresholds, confidence: finding.confidence, reading }),
    ...(unevaluated.length > 0 && { unevaluated: [...unevaluated] }),
    reading: describeReading(reading),
  };
};
