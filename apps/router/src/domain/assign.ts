import type { InquiryAssigned, Routing } from '@sluice/contracts';
import type { Playbook, Pool } from '@sluice/policy';
import { consider, rotate, type Considered, type RotationState } from './rotation.ts';

export interface Assignment {
  readonly owner: string | null;
  readonly status: InquiryAssigned['status'];
  readonly considered: readonly Considered[];
  readonly state: RotationState;
}

export interface AssignmentSpec {
  readonly inquiryId: string;
  readonly pool: string;
  readonly needs: Routing['needs'];
}

const poolOf = ({ pools }: Playbook, name: string): Pool => {
  const pool = pools[name];
  if (!pool) throw new Error(`assigning: the playbook has no pool "${name}"`);
  return pool;
};

const hold = (spec: AssignmentSpec, considered: readonly Considered[], state: RotationState): Assignment =>
  ({ owner: null, status: 'held', considered, state: { ...state, waiting: [...state.waiting, spec.inquiryId] } });

/** Another pool takes it without its own conditions: better a stranger than nobody. Rotates on this pool's state. */
const overflow = (playbook: Playbook, spec: AssignmentSpec, { considered, state, to }: { considered: readonly Considered[]; state: RotationState; to: string }): Assignment => {
  const { owners } = poolOf(playbook, to);
  const others = consider(owners, { skills: [], territory: null, language: null }, state);
  const { owner, state: after } = rotate(owners, others, state);
  return owner === null
    ? hold(spec, [...considered, ...others], state)
    : { owner, status: 'overflowed', considered: [...considered, ...others], state: after };
};

/** Gives an inquiry to somebody of the pool, or does what the playbook says when nobody can be given it. Never silence. */
export const assign = (playbook: Playbook, spec: AssignmentSpec, state: RotationState): Assignment => {
  const { owners, noneAvailable } = poolOf(playbook, spec.pool);
  const considered = consider(owners, spec.needs, state);
  const { owner, state: after } = rotate(owners, considered, state);
  if (owner !== null) return { owner, status: 'assigned', considered, state: after };
  switch (noneAvailable.do) {
    case 'hold':
      return hold(spec, considered, state);
    case 'default':
      return { owner: noneAvailable.owner, status: 'defaulted', considered, state };
    case 'overflow':
      return overflow(playbook, spec, { considered, state, to: noneAvailable.pool });
  }
};
