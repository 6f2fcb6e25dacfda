import { assignmentRequested, effectRequested, inquiryRouted, inquiryScored, slaSignalled } from '@sluice/contracts';
import { inForce, termsOf, type Playbook } from '@sluice/policy';
import { defineStage, emit } from '@sluice/stage';
import { chooseRoute, needsOf } from '../domain/choose-route.ts';
import { dueTimes } from '../domain/due-times.ts';
import { noticesFor } from '../domain/notices.ts';
import { scopeOf } from '../domain/scope-of.ts';

/**
 * Decides where an inquiry goes and by when. Whoever is to be given it is asked for by pool, so that one rotation is decided
 * in one order; what nobody is given is told to the right people here. The clocks of its conversation are told what it promises.
 */
export const routeInquiry = defineStage<Playbook>()({
  name: 'route-inquiry',
  consumes: inquiryScored.v1,
  produces: [inquiryRouted.v1, assignmentRequested.v1, effectRequested.v1, slaSignalled.v1],
  gather: async () => null,

  decide(inquiry, _facts, { playbook: whole, decisionId, now }) {
    const scope = scopeOf(whole, inquiry);
    const playbook = inForce(whole, scope);
    const route = chooseRoute(inquiry, playbook);
    const routed = {
      ...inquiry,
      decision: {
        ...inquiry.decision,
        priority: route.priority ?? inquiry.decision.priority,
        ...(route.unevaluated.length > 0 && {
          unevaluated: [...(inquiry.decision.unevaluated ?? []), ...route.unevaluated],
        }),
      },
      routing: {
        rule: route.id,
        queue: route.queue,
        pool: route.pool,
        closed: route.closed,
        sla: dueTimes(termsOf(playbook, route), inquiry.receivedAt),
        needs: needsOf(route, inquiry),
        vip: route.vip,
      },
    };
    const event = inquiryRouted.v1.of({ ...routed, routedAt: now });
    if (route.closed) return emit(event);
    const wrote = slaSignalled.v1.of({
      inquiryId: inquiry.inquiryId,
      conversationId: inquiry.conversationId,
      by: 'route-inquiry',
      at: inquiry.receivedAt,
      signal: { kind: 'customer-wrote', rule: route.id, queue: route.queue, priority: routed.decision.priority, scope },
    });
    if (route.pool !== null)
      return emit(event, wrote, assignmentRequested.v1.of({ ...routed, pool: route.pool, requestedAt: now }));
    return emit(
      event,
      wrote,
      ...(route.notify ? noticesFor(playbook, { decisionId, inquiry: routed, owner: null, now }) : []),
    );
  },
});
