export { assignOwner } from './stages/assign-owner.stage.ts';
export { followConversation } from './stages/follow-conversation.stage.ts';
