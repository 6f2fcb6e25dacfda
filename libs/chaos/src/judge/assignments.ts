import { dataOf, eventsOf, subjectOf, type Check } from './evidence.ts';

/** Nobody is given twice, and every owner has its share of the whole, to within one turn of the rotation. */
export const assignmentsFair: Check = ({ after, shares }) => {
  const assigned = eventsOf(after, 'inquiry.assigned.v1');
  const byInquiry = Map.groupBy(assigned, subjectOf);
  const received = Map.groupBy(assigned, (record) => dataOf<{ owner: string | null }>(record).owner ?? 'nobody');
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
  const unfair = Object.entries(shares).flatMap(([owner, share]) => {
    const has = received.get(owner)?.length ?? 0;
    const entitled = (assigned.length * share) / total;
    return Math.abs(has - entitled) <= share
      ? []
      : [
          {
            inquiryId: null,
            what: `${owner} has ${has} of ${assigned.length}, and is entitled to ${entitled.toFixed(1)}`,
          },
        ];
  });
  return {
    invariant: 'no assignment twice, rotation fair',
    checked: assigned.length,
    violations: [
      ...[...byInquiry]
        .filter(([, of]) => of.length > 1)
        .map(([inquiryId, of]) => ({ inquiryId, what: `was assigned ${of.length} times` })),
      ...unfair,
    ],
  };
};
