import type { Decision } from '@sluice/contracts';

/** The flag of a decision that is left to a person: nothing is drafted for it. */
export const FOR_A_PERSON = 'for-a-person';

/** How far the answer to an inquiry may go: sent unseen, proposed to a person, or left to one. */
export type DecisionPath = 'auto' | 'suggest' | 'human';

/** The path of a decision, from what it says of itself. Unseen only with an `auto_send` gate that is listed and passed. */
export const pathOf = ({ gates, review, flags }: Pick<Decision, 'gates' | 'review' | 'flags'>): DecisionPath => {
  if (review.needed || flags.includes(FOR_A_PERSON)) return 'human';
  return gates.some(({ gate, passed }) => gate === 'auto_send' && passed) ? 'auto' : 'suggest';
};
