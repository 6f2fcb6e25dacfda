import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { conversationId, count, effectId, inquiryId, instant, term } from '../fields.ts';

const about = { inquiryId, conversationId };

/** For whom the playbook counts: which of its overrides apply to what was promised. */
const scope = z.object({ brand: term, channel: term, intent: term });

/** What a clock is told about. `customer-wrote` starts clocks; the rest is what ends, halts or observes them. */
const signal = z.discriminatedUnion('kind', [
  /** A message of the customer was routed: the playbook's rule says what it promises. */
  z.object({ kind: z.literal('customer-wrote'), rule: term, queue: term, priority: term, scope: scope.optional() }),
  /** The sender was told that the message arrived. */
  z.object({ kind: z.literal('acknowledged') }),
  /** Something of substance went out, by a machine or a person. */
  z.object({ kind: z.literal('sent') }),
  /** A person answered. */
  z.object({ kind: z.literal('replied') }),
  /** A person took it. */
  z.object({ kind: z.literal('claimed'), owner: term }),
  /** Somebody was given it, or nobody could be. */
  z.object({ kind: z.literal('assigned'), owner: term.nullable() }),
  z.object({ kind: z.literal('paused'), reason: term, until: instant.nullable() }),
  z.object({ kind: z.literal('resumed') }),
  z.object({ kind: z.literal('closed') }),
  /** A moment that a clock wanted to be woken at has come. */
  z.object({ kind: z.literal('time-came'), clock: term }),
]);

/** Something that moves the clocks of a conversation. One topic for all of it, so that each conversation has one order. */
export const slaSignalled = {
  v1: contract('sla.signalled.v1', {
    key: (signalled) => signalled.conversationId,
    subject: (signalled) => signalled.inquiryId,
    schema: z.object({
      ...about,
      signal,
      /** Who did it: an owner, the id of an API key, a stage, the timer. */
      by: term,
      /** When it happened, which may be before it was heard of. */
      at: instant,
    }),
  }),
};
export type SlaSignalled = DataOf<typeof slaSignalled.v1>;
export type SlaSignalKind = SlaSignalled['signal']['kind'];

const clock = { ...about, clock: term, queue: term, owner: term.nullable() };
const milliseconds = count;

/** A clock changed. The history of these is what a breach is explained from. */
export const slaClockMoved = {
  v1: contract('sla.clock-moved.v1', {
    key: (moved) => moved.conversationId,
    subject: (moved) => moved.inquiryId,
    schema: z.object({
      ...clock,
      /** Counts the changes of this conversation's clock of this name, from 1: a lower one is older. */
      revision: z.int().positive(),
      change: z.enum(['started', 'restarted', 'tightened', 'paused', 'resumed', 'stopped', 'advanced']),
      status: z.enum(['running', 'paused', 'stopped']),
      /** The signal or the reason. */
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
      /** When it wants to be looked at next; null when nothing can happen by itself. */
      wakeAt: instant.nullable(),
      /** The highest share of the time promised that was passed; 0 before the first. From 1 on the promise is broken. */
      passedShare: z.number().nonnegative(),
      /** How it ended: `ended` is neither kept nor missed (closed before it was due). */
      result: z.enum(['met', 'missed', 'ended']).nullable(),
      /** True when a breach that was announced turns out to be none: the answer was in time and heard of late. */
      breachWithdrawn: z.boolean(),
    }),
  }),
};
export type SlaClockMoved = DataOf<typeof slaClockMoved.v1>;

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
