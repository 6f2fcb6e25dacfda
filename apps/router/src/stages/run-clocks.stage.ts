import {
  effectRequested,
  slaAtRisk,
  slaBreached,
  slaClockMoved,
  slaEscalated,
  slaSignalled,
  type SlaSignalled,
} from '@sluice/contracts';
import { inForce, termsOf, type Playbook, type SlaTerms } from '@sluice/policy';
import { defineStage, emit, remembering } from '@sluice/stage';
import { eventsOf } from '../domain/sla/clock-events.ts';
import { conversationClocks, noClocks } from '../domain/sla/clock-state.ts';
import { foldSignal } from '../domain/sla/fold-signal.ts';

const promisesOf = ({ signal }: SlaSignalled, whole: Playbook): readonly SlaTerms[] => {
  if (signal.kind !== 'customer-wrote') return [];
  const playbook = inForce(whole, signal.scope ?? {});
  const route = playbook.routes.find(({ id }) => id === signal.rule);
  return route ? termsOf(playbook, route) : [];
};

/**
 * Keeps the clocks of conversations, as a fold over everything that moves them, timers among it. Who is told what is asked for
 * here; the timers are set by what it says of each clock. Hearing a signal twice changes nothing.
 */
export const runClocks = defineStage<Playbook>()({
  name: 'run-clocks',
  consumes: slaSignalled.v1,
  produces: [slaClockMoved.v1, slaAtRisk.v1, slaBreached.v1, slaEscalated.v1, effectRequested.v1],
  gather: async () => null,
  state: { schema: conversationClocks, keys: ({ conversationId }) => [conversationId] },

  decide(signalled, _facts, memory, { playbook, decisionId, now }) {
    const { conversationId } = signalled;
    const { state, happened } = foldSignal(memory.get(conversationId) ?? noClocks, {
      signalled,
      terms: promisesOf(signalled, playbook),
    });
    const telling = { conversationId, decisionId, owner: state.owner, now };
    return remembering(
      emit(
        ...happened.flatMap((one) => eventsOf(one, { ...telling, playbook: inForce(playbook, one.clock.scope ?? {}) })),
      ),
      { [conversationId]: state },
    );
  },
});
