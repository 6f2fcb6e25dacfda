import { inquiryAssigned, slaSignalled } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import { defineStage, emit } from '@sluice/stage';

/** Tells the clocks of a conversation who owns it, so that whoever is told of a delay is told whose it is. */
export const noteAssignment = defineStage<Playbook>()({
  name: 'note-assignment',
  consumes: inquiryAssigned.v1,
  produces: [slaSignalled.v1],
  gather: async () => null,

  decide: ({ inquiryId, conversationId, owner, assignedAt }) =>
    emit(slaSignalled.v1.of({ inquiryId, conversationId, signal: { kind: 'assigned', owner }, by: 'assign-owner', at: assignedAt })),
});
