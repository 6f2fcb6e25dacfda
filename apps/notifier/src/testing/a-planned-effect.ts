import { randomUUID } from 'node:crypto';
import { contentHash } from '@sluice/kernel';
import { isPerformed } from '../domain/effect-mode.ts';
import { laneOf } from '../domain/lane-of.ts';
import type { LeasedEffect, PlannedEffect } from '../ports/ledger.port.ts';

/** An effect nobody else has, with what a test says about it. */
export const aPlannedEffect = (over: Partial<PlannedEffect> = {}): PlannedEffect => {
  const { kind = 'slack.message', target = '#sales', mode = 'live' } = over;
  const content = over.content ?? {
    category: 'lead',
    priority: 'high',
    subject: 'Pricing',
    summary: 'Wants fifty seats.',
  };
  const destination = over.destination ?? target;
  return {
    effectId: randomUUID(),
    decisionId: randomUUID(),
    inquiryId: randomUUID(),
    conversationId: randomUUID(),
    kind,
    target,
    destination,
    lane: laneOf(kind, destination),
    mode,
    skipped: isPerformed(mode) ? null : mode,
    requestHash: contentHash({ kind, target, content }),
    requestedAt: '2026-01-05T09:00:00.000Z',
    content,
    notBefore: null,
    usefulUntil: null,
    approveBy: null,
    parts: {},
    purpose: null,
    intent: null,
    channel: null,
    correspondent: null,
    traceParent: null,
    brand: 'default',
    playbook: 'f'.repeat(64),
    ...over,
  };
};

/** The same, leased a moment ago and never called before. */
export const aLeasedEffect = (over: Partial<LeasedEffect> = {}): LeasedEffect => ({
  ...aPlannedEffect(over),
  lease: randomUUID(),
  leasedUntil: Date.now() + 60_000,
  turn: 'call',
  approval: 'not-needed',
  tries: 0,
  attempts: 0,
  asks: 0,
  settlements: 0,
  ageMs: 0,
  firstAttemptedAt: null,
  ...over,
});
