import type { Check } from './evidence.ts';

/** At rest every group stands at the end of what is stable; nothing is left behind. */
export const offsetsAtTheEnd: Check = ({ positions }) => {
  const read = positions.filter(({ group }) => !group.startsWith('sluice.relay-'));
  return {
    invariant: 'committed offset = last stable offset at rest', checked: read.length,
    violations: read.filter(({ committed, end }) => (committed ?? 0) !== end && end > 0)
      .map(({ group, topic, partition, committed, end }) => ({ inquiryId: null, what: `${group} stands at ${committed ?? 'nothing'} of ${end} in ${topic}/${partition}` })),
  };
};

export const offsetsForward: Check = ({ offsetHistory }) => ({
  invariant: 'committed offsets never go backwards',
  checked: [...offsetHistory.values()].reduce((sum, { length }) => sum + length, 0),
  violations: [...offsetHistory].flatMap(([at, offsets]) => {
    const back = offsets.findIndex((offset, index) => index > 0 && offset < (offsets[index - 1] ?? 0));
    return back === -1 ? [] : [{ inquiryId: null, what: `${at} went from ${offsets[back - 1]} to ${offsets[back]}` }];
  }),
});

export const nothingHanging: Check = ({ hanging }) => ({
  invariant: 'no hanging transaction', checked: 1,
  violations: hanging.map((line) => ({ inquiryId: null, what: line })),
});
