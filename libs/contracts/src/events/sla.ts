import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { conversationId, count, effectId, inquiryId, instant, term } from '../fields.ts';

const about = { inquiryId, conversationId };

const clock = { ...about, clock: term, queue: term, owner: term.nullable() };
const milliseconds = count;

/** One change of one clock, as the clock stood right after it. */
const move = z.object({
  clock: term,
  /** Counts the changes of this conversation's clock of this name, from 1: a lower one is older. */
  revision: z.int().positive(),
  change: z.enum(['started', 'restarted', 'tightened', 'paused', 'resumed', 'stopped']),
  status: z.enum(['running', 'paused', 'stopped']),
  /** What moved it: `customer-wrote`, what somebody said of it, or the reason of a pause. */
  because: term,
  by: term,
  at: instant,
  /** The playbook's figure, in minutes of open time. */
  minutes: z.number().positive(),
  calendar: term,
  /** Open time that had passed at `at`. */
  spentMs: milliseconds,
  /** Null while it stands still. */
  dueAt: instant.nullable(),
  /** How it ended: `ended` is neither kept nor missed (closed before it was due). */
  result: z.enum(['met', 'missed', 'ended']).nullable(),
  /** True when a breach that was announced turns out to be none: the answer was in time and heard of late. */
  breachWithdrawn: z.boolean(),
});

/** Clocks that wait on one inquiry changed, by one decision. The history of these is what a breach is explained from. */
export const slaClocksMoved = {
  v1: contract('sla.clocks-moved.v1', {
    key: (moved) => moved.conversationId,
    subject: (moved) => moved.inquiryId,
    schema: z.object({
      ...about,
      queue: term,
      owner: term.nullable(),
      /** In the order in which they happened. */
      moves: z.array(move).min(1),
    }),
  }),
};
export type SlaClocksMoved = DataOf<typeof slaClocksMoved.v1>;
export type SlaClockMove = SlaClocksMoved['moves'][number];

/** A promise that will be broken soon. */
export const slaAtRisk = {
  v1: contract('sla.at-risk.v1', {
    key: (risk) => risk.conversationId,
    subject: (risk) => risk.inquiryId,
    schema: z.object({
      ...clock,
      /** The share of the time promised that is used up. */
      share: z.number().positive().max(1),
      reachedAt: instant,
      dueAt: instant,
      noticedAt: instant,
    }),
  }),
};
export type SlaAtRisk = DataOf<typeof slaAtRisk.v1>;

/** A promise that was not kept. */
export const slaBreached = {
  v1: contract('sla.breached.v1', {
    key: (breach) => breach.conversationId,
    subject: (breach) => breach.inquiryId,
    schema: z.object({
      ...clock,
      minutes: z.number().positive(),
      startedAt: instant,
      dueAt: instant,
      noticedAt: instant,
    }),
  }),
};
export type SlaBreached = DataOf<typeof slaBreached.v1>;

/** A step of the ladder was taken. Who is told is asked for by effects of their own. */
export const slaEscalated = {
  v1: contract('sla.escalated.v1', {
    key: (escalated) => escalated.conversationId,
    subject: (escalated) => escalated.inquiryId,
    schema: z.object({
      ...clock,
      step: term,
      share: z.number().positive(),
      urgent: z.boolean(),
      /** When the step was reached; people may have been told later, because it was night. */
      reachedAt: instant,
      escalatedAt: instant,
      told: z.array(z.object({ kind: term, target: term, effectId })),
      /** The priority it is raised to; null where the step raises none. */
      priority: term.nullable(),
    }),
  }),
};
export type SlaEscalated = DataOf<typeof slaEscalated.v1>;
