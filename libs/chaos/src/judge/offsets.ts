import type { Check } from './evidence.ts';

/** At rest every group stands at the end of what is stable; nothing is left behind. */
export const offsetsAtTheEnd: Check = ({ positions }) => {
  const read = positions.filter(({ group }) => !group.startsWith('sluice.relay-'));
  return {
    invariant: 'committed offset = last stable offset at rest',
    checked: read.length,
    violations: read
      .filter(({ committed, end }) => (committed ?? 0) !== end && end > 0)
      .map(({ group, topic, partition, committed, end }) => ({
        inquiryId: null,
        what: `${group} stands at ${committed ?? 'nothing'} of ${end} in ${topic}/${partition}`,
      })),
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

const AT_REST: ReadonlySet<string> = new Set(['Empty', 'CompleteCommit', 'CompleteAbort', 'Dead']);

/** At rest no transaction is open, be it one that its coordinator knows of or one that it has forgotten. */
export const nothingHanging: Check = ({ hanging, transactions }) => ({
  invariant: 'no hanging transaction',
  checked: transactions.length,
  violations: [
    ...hanging.map((line) => ({ inquiryId: null, what: line })),
    ...transactions
      .filter(({ state }) => !AT_REST.has(state))
      .map(({ transactionalId, state }) => ({ inquiryId: null, what: `${transactionalId} is ${state} at rest` })),
  ],
});
