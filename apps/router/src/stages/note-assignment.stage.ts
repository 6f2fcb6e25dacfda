import {
  inquiryAssigned,
  inquiryCommand,
  poolCommand,
  slaSignalled,
  type InquiryAssigned,
  type InquiryCommand,
  type SlaSignalled,
} from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import { defineStage, emit, remembering } from '@sluice/stage';
import {
  afterAssignment,
  afterCommand,
  conversationPlaces,
  noPlaces,
} from '../domain/assignment/conversation-places.ts';

const US = 'assign-owner';
/** What an assignment says that somebody took rather than was given. */
const CLAIM = 'claim';

const isCommand = (input: InquiryAssigned | InquiryCommand): input is InquiryCommand => 'command' in input;

/** Who takes an inquiry themselves has seen it; who is given one has not yet. */
const signalOf = ({ owner, by }: InquiryAssigned): Pick<SlaSignalled, 'signal' | 'by'> =>
  by === CLAIM && owner !== null
    ? { signal: { kind: 'claimed', owner }, by: owner }
    : { signal: { kind: 'assigned', owner }, by: US };

/**
 * Keeps pools and clocks of one mind about who has the inquiries of a conversation. The clocks are told who was given one, and
 * who took one; the pools are told when a person says that one is closed, or takes it. Whichever is heard first: what is
 * assigned after it was closed goes back.
 */
export const noteAssignment = defineStage<Playbook>()({
  name: 'note-assignment',
  consumes: [inquiryAssigned.v1, inquiryCommand.v1],
  produces: [slaSignalled.v1, poolCommand.v1],
  gather: async () => null,
  state: { schema: conversationPlaces, keys: ({ conversationId }) => [conversationId] },

  decide(input, _facts, memory, { now }) {
    const { conversationId, inquiryId } = input;
    const before = memory.get(conversationId) ?? noPlaces;
    if (isCommand(input)) {
      const { state, orders } = afterCommand(before, input, { by: input.by, why: input.why, now });
      return remembering(emit(...orders), state === before ? {} : { [conversationId]: state });
    }
    const { state, orders } = afterAssignment(before, input, { by: US, why: 'it was closed meanwhile', now });
    return remembering(
      emit(slaSignalled.v1.of({ inquiryId, conversationId, ...signalOf(input), at: input.assignedAt }), ...orders),
      state === before ? {} : { [conversationId]: state },
    );
  },
});
