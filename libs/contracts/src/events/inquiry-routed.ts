import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { instant, term } from '../fields.ts';
import { scoredFields } from './inquiry-scored.ts';

/** One promise to answer. `minutes` is the playbook's figure, `dueAt` what it means for this inquiry. */
const slaClock = z.object({ clock: term, minutes: z.number().positive(), dueAt: instant });

export const routing = z.object({
  /** The playbook rule that chose this route. */
  rule: term,
  queue: term,
  /** Who may be given it; null where nobody is (closed, spam). */
  pool: term.nullable(),
  sla: z.array(slaClock),
  closed: z.boolean(),
  /** Skills, territory and language an owner must have. */
  needs: z.object({ skills: z.array(term), territory: term.nullable(), language: term.nullable() }),
});
export type Routing = z.output<typeof routing>;

export const routedFields = { ...scoredFields, routing };

/** An inquiry with where it goes and by when. What subscribers read. */
export const inquiryRouted = {
  v1: contract('inquiry.routed.v1', {
    key: (inquiry) => inquiry.conversationId,
    subject: (inquiry) => inquiry.inquiryId,
    schema: z.object({ ...routedFields, routedAt: instant }),
  }),
};
export type InquiryRouted = DataOf<typeof inquiryRouted.v1>;

/** Asks for an owner. Keyed by pool, so that one rotation is decided in one order. */
export const assignmentRequested = {
  v1: contract('assignment.requested.v1', {
    key: (request) => request.pool,
    subject: (request) => request.inquiryId,
    schema: z.object({ ...routedFields, pool: term, requestedAt: instant }),
  }),
};
export type AssignmentRequested = DataOf<typeof assignmentRequested.v1>;

/** Who owns the inquiry, and who was passed over for what reason. Owners are named by their key in the playbook. */
export const inquiryAssigned = {
  v1: contract('inquiry.assigned.v1', {
    key: (assigned) => assigned.conversationId,
    subject: (assigned) => assigned.inquiryId,
    schema: z.object({
      inquiryId: scoredFields.inquiryId,
      conversationId: scoredFields.conversationId,
      pool: term,
      /** Null while held. */
      owner: term.nullable(),
      status: z.enum(['assigned', 'held', 'defaulted', 'overflowed']),
      considered: z.array(z.object({ owner: term, excludedBecause: z.string().nullable(), standing: z.number() })),
      assignedAt: instant,
    }),
  }),
};
export type InquiryAssigned = DataOf<typeof inquiryAssigned.v1>;
