import type { CommittedRecord } from './committed-records.ts';
import { eventsOf, subjectOf, type Check } from './evidence.ts';

const STEPS = [
  ['inquiry.normalized.v1', 'inquiry.enriched.v1'],
  ['inquiry.enriched.v1', 'inquiry.scored.v1'],
  ['inquiry.scored.v1', 'inquiry.routed.v1'],
] as const;

const byPlace = (a: CommittedRecord, b: CommittedRecord): number => a.partition - b.partition || a.offset - b.offset;

/** The inquiries of every conversation, in the order of a topic. */
const sequences = (records: readonly CommittedRecord[], topic: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...Map.groupBy([...eventsOf(records, topic)].sort(byPlace), ({ key }) => key)].map(([key, of]) => [
      key,
      of.map(subjectOf),
    ]),
  );

/** The inquiries of a conversation leave every stage in the order in which they came to it. */
export const orderKept: Check = ({ after }) => {
  let checked = 0;
  const violations = STEPS.flatMap(([from, to]) => {
    const before = sequences(after, from);
    return [...sequences(after, to)].flatMap(([key, inquiries]) => {
      checked += inquiries.length;
      const cameIn = before.get(key) ?? [];
      const at = inquiries.map((inquiryId) => cameIn.indexOf(inquiryId));
      const wrong = at.findIndex((place, index) => index > 0 && place < (at[index - 1] ?? 0));
      return wrong === -1
        ? []
        : [{ inquiryId: inquiries[wrong] ?? null, what: `left ${from} before, and is behind in ${to}` }];
    });
  });
  return { invariant: 'order per conversation', checked, violations };
};
