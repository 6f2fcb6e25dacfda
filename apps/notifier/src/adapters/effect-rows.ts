import { effectSettled, type EffectKind } from '@sluice/contracts';
import { contentHash } from '@sluice/kernel';
import type { Row } from '@sluice/persistence';
import type { LeasedEffect, PlannedEffect } from '../ports/ledger.port.ts';

const text = (row: Row, name: string): string => String(row[name]);
const maybe = (row: Row, name: string): string | null =>
  row[name] === null || row[name] === undefined ? null : String(row[name]);
const instant = (row: Row, name: string): string | null => (row[name] instanceof Date ? row[name].toISOString() : null);

/** As `jsonb_to_recordset` takes it. The content goes as text: jsonb would refuse a NUL that a stranger wrote. */
export const toRow = (effect: PlannedEffect): Readonly<Record<string, string | null>> => {
  const {
    effectId,
    decisionId,
    inquiryId,
    conversationId,
    kind,
    target,
    destination,
    lane,
    mode,
    content,
    requestedAt,
    traceParent,
    brand,
    playbook,
  } = effect;
  return {
    effect_id: effectId,
    decision_id: decisionId,
    inquiry_id: inquiryId,
    conversation_id: conversationId,
    kind,
    target,
    destination,
    lane,
    mode,
    content: JSON.stringify(content),
    requested_at: requestedAt,
    trace_parent: traceParent,
    brand,
    playbook,
    request_hash: contentHash({ kind, target, content }),
  };
};

const toPlanned = (row: Row): PlannedEffect => ({
  effectId: text(row, 'effect_id'),
  decisionId: text(row, 'decision_id'),
  inquiryId: text(row, 'inquiry_id'),
  conversationId: text(row, 'conversation_id'),
  kind: text(row, 'kind') as EffectKind,
  target: text(row, 'target'),
  destination: text(row, 'destination'),
  lane: text(row, 'lane'),
  mode: text(row, 'mode') as PlannedEffect['mode'],
  content: JSON.parse(text(row, 'content')) as PlannedEffect['content'],
  requestedAt: instant(row, 'requested_at') ?? '',
  traceParent: maybe(row, 'trace_parent'),
  brand: maybe(row, 'brand') ?? '',
  playbook: maybe(row, 'playbook') ?? '',
});

export const toLeased = (row: Row): LeasedEffect => ({
  ...toPlanned(row),
  lease: text(row, 'lease_owner'),
  turn: text(row, 'state') === 'unknown' ? 'ask' : 'call',
  tries: Number(row['tries']),
  asks: Number(row['asks']),
  ageMs: Number(row['age_ms']),
  firstAttemptedAt: instant(row, 'first_attempted_at'),
});

/** The event of a row that has just settled. Holds no personal data. @throws ZodError when it does not fit its contract: a defect. */
export const settledEventOf = (row: Row): unknown =>
  effectSettled.v1.parse({
    effectId: row['effect_id'],
    decisionId: row['decision_id'],
    inquiryId: row['inquiry_id'],
    conversationId: row['conversation_id'],
    kind: row['kind'],
    target: row['target'],
    state: row['state'],
    receipt: {
      providerId: maybe(row, 'provider_id'),
      requestHash: text(row, 'request_hash'),
      responseDigest: maybe(row, 'response_digest'),
      attempts: Number(row['attempts']),
      learntBy: row['learnt_by'],
      reason: maybe(row, 'reason'),
    },
    settledAt: instant(row, 'settled_at'),
  });
