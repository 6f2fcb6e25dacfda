import type { Decision } from '@sluice/contracts';
import type { FieldValue, InquiryReading, ReadingUsage } from '../ports/inquiry-reader.port.ts';

const unasked = {
  model: null,
  promptHash: null,
  cached: false,
  repaired: false,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
} as const;

const costs = ({ model, promptHash, cached, repaired, inputTokens, outputTokens, costUsd }: ReadingUsage) => ({
  model,
  promptHash,
  cached,
  repaired,
  inputTokens,
  outputTokens,
  costUsd,
});

/** How the text was read, as the event tells it. */
export const describeReading = (reading: InquiryReading): Decision['reading'] => {
  switch (reading.kind) {
    case 'not-asked':
      return { mode: 'rules', degradedBecause: null, ...unasked };
    case 'understood':
      return { mode: 'model', degradedBecause: null, ...costs(reading.usage) };
    case 'unreadable':
    case 'unavailable':
      return { mode: 'rules-only', degradedBecause: reading.because, ...costs(reading.usage) };
  }
};

/** The fields the model gave; null when there are none. */
export const fieldsOf = (reading: InquiryReading): Readonly<Record<string, FieldValue>> | null =>
  reading.kind === 'understood' ? reading.fields : null;

/** Fields with a value: a condition asks `has(reading.budget)`. */
export const knownFields = (
  fields: Readonly<Record<string, FieldValue>> | null,
): Readonly<Record<string, FieldValue>> =>
  Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== null));
