import { mentions, type Playbook } from '@sluice/policy';
import type { FieldValue } from '../ports/inquiry-reader.port.ts';
import type { Ruling } from './hard-rules.ts';

export interface Classification {
  readonly category: string;
  readonly confidence: number;
  readonly flags: readonly string[];
}

export interface Evidence {
  readonly ruling: Ruling;
  /** What the model read; null when it was not asked or not understood. */
  readonly fields: Readonly<Record<string, FieldValue>> | null;
  readonly text: string;
  readonly words: number;
}

const byWords = ({ taxonomy }: Playbook, text: string): string =>
  taxonomy.categories.find(({ words }) => words.length > 0 && mentions(text, words))?.name ?? taxonomy.fallback;

const numberIn = (value: FieldValue | undefined): number | null =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : null;

const fromModel = (
  { extraction, taxonomy }: Playbook,
  fields: Evidence['fields'],
): { category: string | null; confidence: number | null } => {
  if (!fields) return { category: null, confidence: null };
  const named = extraction.categoryField ? fields[extraction.categoryField] : null;
  const category = taxonomy.categories.find(({ name }) => name === named)?.name ?? null;
  return { category, confidence: numberIn(fields[extraction.confidenceField]) };
};

/** The two votes stay apart: words never raise what the model said of itself, nor lower it. */
const confidenceOf = (playbook: Playbook, evidence: Evidence, model: ReturnType<typeof fromModel>): number => {
  const { gates, extraction } = playbook;
  const { ruling } = evidence;
  const isSettled = ruling.decided && (ruling.category !== null || ruling.label !== null);
  if (isSettled || (ruling.category && !extraction.categoryField)) return 1;
  // A model that was asked how sure it is and does not say is not sure: no gate is passed by silence.
  const unsaid =
    extraction.confidenceField in extraction.fields
      ? Math.min(gates.lowConfidence, gates.rulesConfidence)
      : gates.rulesConfidence;
  const own =
    evidence.fields && (model.category ?? !extraction.categoryField)
      ? (model.confidence ?? unsaid)
      : gates.rulesConfidence;
  return evidence.words < gates.minWords ? Math.min(own, gates.lowConfidence) : own;
};

/** Flags that the model named, of those the playbook knows: what it makes up is not believed. */
const flagsRead = ({ taxonomy }: Playbook, fields: Evidence['fields']): readonly string[] => {
  const named = taxonomy.flagsField ? fields?.[taxonomy.flagsField] : null;
  return Array.isArray(named) ? taxonomy.flags.map(({ name }) => name).filter((name) => named.includes(name)) : [];
};

/** What the inquiry is: a hard rule's word, else the model's, else what its words speak for. */
export const classify = (playbook: Playbook, evidence: Evidence): Classification => {
  const model = fromModel(playbook, evidence.fields);
  const flags = playbook.taxonomy.flags.filter(({ words }) => mentions(evidence.text, words)).map(({ name }) => name);
  return {
    category: evidence.ruling.category ?? model.category ?? byWords(playbook, evidence.text),
    confidence: confidenceOf(playbook, evidence, model),
    flags: [...new Set([...evidence.ruling.flags, ...flags, ...flagsRead(playbook, evidence.fields)])],
  };
};
