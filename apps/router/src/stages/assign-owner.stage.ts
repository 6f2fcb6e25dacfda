import { assignmentRequested, effectRequested, inquiryAssigned } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import { defineStage, emit, remembering } from '@sluice/stage';
import { assign } from '../domain/assign.ts';
import { noticesFor } from '../domain/notices.ts';
import { emptyRotation, rotationState } from '../domain/rotation.ts';

/** Rotations of two brands must not meet, though their pools have the same name. */
const keyOf = (brand: string, pool: string): string => `${brand}/${pool}`;

/**
 * Gives an inquiry an owner, as a fold over the rotation of its pool, and asks for everybody concerned to be told. The same
 * requests in the same order give the same owners, whoever decides them.
 */
export const assignOwner = defineStage<Playbook>()({
  name: 'assign-owner',
  consumes: assignmentRequested.v1,
  produces: [inquiryAssigned.v1, effectRequested.v1],
  gather: async () => null,
  state: { schema: rotationState, keys: ({ brand, pool }) => [keyOf(brand, pool)] },

  decide(request, _facts, memory, { playbook, decisionId, now }) {
    const { pool, requestedAt: _requestedAt, ...inquiry } = request;
    const key = keyOf(request.brand, pool);
    const spec = { inquiryId: request.inquiryId, pool, needs: request.routing.needs };
    const { owner, status, considered, state } = assign(playbook, spec, memory.get(key) ?? emptyRotation);
    const assigned = inquiryAssigned.v1.of({
      inquiryId: request.inquiryId, conversationId: request.conversationId, pool, owner, status, considered: [...considered], assignedAt: now,
    });
    return remembering(emit(assigned, ...noticesFor(playbook, { decisionId, inquiry, owner, now })), { [key]: state });
  },
});
