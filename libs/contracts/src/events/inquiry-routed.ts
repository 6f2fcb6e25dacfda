import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { count, instant, share, term } from '../fields.ts';
import { recipient } from './effect.ts';
import { scoredFields } from './inquiry-scored.ts';

/** One promise to answer. `minutes` is the playbook's figure, `dueAt` what it means for this inquiry. */
const slaClock = z.object({ clock: term, minutes: z.number().positive(), dueAt: instant });

const needs = z.object({ skills: z.array(term), territory: term.nullable(), language: term.nullable() });

export const routing = z.object({
  /** The playbook rule that chose this route. */
  rule: term,
  queue: term,
  /** Who may be given it; null where nobody is (closed, spam). */
  pool: term.nullable(),
  sla: z.array(slaClock),
  closed: z.boolean(),
  /** Skills, territory and language an owner must have. */
  needs,
  /** True for somebody who goes before others. */
  vip: z.boolean().optional(),
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

/** Somebody who could have been given an inquiry, and why they were not. */
const considered = z.object({
  owner: term,
  excludedBecause: z.string().nullable(),
  /** Turns they were owed before this one (below zero: had ahead of time): the highest is next. */
  standing: z.number(),
  /** The part of this inquiry that was theirs by weight, among those who were equal; left out where the turn did not count. */
  share: share.optional(),
  weight: z.number().positive().optional(),
  /** Inquiries they had open. */
  open: count.optional(),
});

/** What telling people about an inquiry takes: nothing personal outside `content`. */
const notice = {
  inquiryId: scoredFields.inquiryId,
  conversationId: scoredFields.conversationId,
  brand: term,
  source: term,
  category: term,
  label: term.nullable(),
  score: z.number(),
  priority: term,
  queue: term,
  due: z.array(z.object({ clock: term, dueAt: instant })),
  /** Personal data. */
  content: z.object({
    subject: z.string().nullable(),
    summary: z.string(),
    /** The fields that the playbook shows beside the summary. */
    fields: z.array(z.object({ name: z.string(), value: z.string() })),
  }),
  /** Who is told, by the playbook; sinks that are off are left out. */
  tell: z.array(recipient),
  /** What waits for a person's approval, in words for people. Absent where nothing does. */
  proposed: z.array(z.string()).optional(),
};

/** Asks for an owner: what finding one and telling people takes, and no more. Keyed by pool, so that one rotation is decided in one order. */
export const assignmentRequested = {
  v1: contract('assignment.requested.v1', {
    key: (request) => request.pool,
    subject: (request) => request.inquiryId,
    schema: z.object({
      ...notice,
      pool: term,
      channel: scoredFields.channel,
      /** By which the playbook's overrides are looked up: its intent where the playbook lists intents, else its category. */
      intent: term,
      contactId: scoredFields.contactId,
      /** Skills, territory and language an owner must have. */
      needs,
      /** What it is about, in the words in which the playbook says what its owners are experts in. */
      topics: z.array(term),
      /** True for somebody who goes before others. */
      vip: z.boolean(),
      requestedAt: instant,
      /** The pools that had nobody, in order, and whom they had to pass over. */
      overflowedFrom: z.array(term).optional(),
      passedOver: z.array(considered).optional(),
    }),
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
      considered: z.array(considered),
      brand: term,
      /** What settled it: rotation, repeat-customer, vip, on-call, preference, only-one, claim, default. */
      by: term.optional(),
      overflowedFrom: z.array(term).optional(),
      /** Since when it had waited for somebody. */
      heldSince: instant.optional(),
      assignedAt: instant,
    }),
  }),
};
export type InquiryAssigned = DataOf<typeof inquiryAssigned.v1>;
