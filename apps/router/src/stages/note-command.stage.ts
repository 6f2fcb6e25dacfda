import { inquiryCommand, slaSignalled, type InquiryCommand, type SlaSignalled } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import { defineStage, emit } from '@sluice/stage';

const signalOf = ({ command }: InquiryCommand): SlaSignalled['signal'] => {
  switch (command.do) {
    case 'acknowledge':
      return { kind: 'acknowledged' };
    case 'reply':
      return { kind: 'replied' };
    case 'claim':
      return { kind: 'claimed', owner: command.owner };
    case 'pause':
      return { kind: 'paused', reason: command.reason, until: command.until };
    case 'resume':
      return { kind: 'resumed' };
    case 'close':
      return { kind: 'closed' };
  }
};

/** Tells the clocks of a conversation what a person said about it. */
export const noteCommand = defineStage<Playbook>()({
  name: 'note-command',
  consumes: inquiryCommand.v1,
  produces: [slaSignalled.v1],
  gather: async () => null,

  decide: (asked) =>
    emit(
      slaSignalled.v1.of({
        inquiryId: asked.inquiryId,
        conversationId: asked.conversationId,
        signal: signalOf(asked),
        by: asked.by,
        at: asked.at,
      }),
    ),
});
