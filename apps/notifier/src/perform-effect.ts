import { setTimeout as pause } from 'node:timers/promises';
import type { AttemptResult, Connector, Found } from '@sluice/connectors';
import { TransientError } from '@sluice/kernel';
import type { Verdict } from './domain/lane-pace.ts';
import {
  afterAttempt,
  afterQuestion,
  afterUnknown,
  skip,
  verdictOf,
  type Standing,
  type Step,
  type Terms,
} from './domain/next-step.ts';
import { countSettled, inTrace, recordCall } from './effect-telemetry.ts';
import type { FailPoints } from '@sluice/kernel';
import type { LeasedEffect, Ledger, Reminder } from './ports/ledger.port.ts';

export interface PerformerOptions {
  readonly ledger: Ledger;
  readonly connectors: readonly Connector[];
  readonly terms: Terms;
  /** Longer than any call: while it lasts nobody else touches the effect. */
  readonly leaseMs: number;
  readonly failPoints: FailPoints;
}

/** What a turn came to: for the span, and for the lane. */
interface Turn {
  readonly step: string;
  readonly failed: boolean;
  readonly verdict: Verdict;
}

/** Takes one turn on the effect a job reminds of: a call, or a question about an earlier one. @throws TransientError when the ledger is away. */
export type Perform = (reminder: Reminder) => Promise<Verdict>;

const WELL: Verdict = { kind: 'well' };
const STORE_AGAIN_MS = 250;
const CRASHED: AttemptResult = { kind: 'unknown', reason: 'connector-failed' };

const standingOf = (effect: LeasedEffect, connector: Connector): Standing => ({
  effectId: effect.effectId,
  tries: effect.tries,
  asks: effect.asks,
  ageMs: effect.ageMs,
  onUnknown: connector.onUnknown,
});

/** What a question tells about the destination. */
const destinationAfter = (found: Found): Verdict => {
  if (found.kind === 'misconfigured') return { kind: 'unwell', afterMs: null };
  return found.kind === 'cannot-tell' ? { kind: 'unwell', afterMs: found.afterMs } : WELL;
};

const isFailed = (step: Step): boolean => step.do !== 'settle' || step.state === 'refuted' || step.state === 'unknown';
const nameOf = (step: Step): string => (step.do === 'settle' ? step.state : step.do);

/** What is known must not be lost to a hiccup of the database: a receipt that is not stored makes the provider be asked. */
const insistently = async <Result>(store: () => Promise<Result>, untilMs: number): Promise<Result> => {
  for (;;) {
    try {
      return await store();
    } catch (error) {
      if (!(error instanceof TransientError) || Date.now() + STORE_AGAIN_MS > untilMs) throw error;
      await pause(STORE_AGAIN_MS);
    }
  }
};

export const createPerformer = ({ ledger, connectors, terms, leaseMs, failPoints }: PerformerOptions): Perform => {
  const ask = async (
    effect: LeasedEffect,
    connector: Connector,
  ): Promise<{ readonly step: Step; readonly verdict: Verdict }> => {
    const standing = standingOf(effect, connector);
    if (connector.onUnknown !== 'ask')
      return { step: afterUnknown('the-end-of-a-call-was-not-seen', terms, standing), verdict: WELL };
    const found = await connector.ask(
      { ...effect, target: effect.destination },
      { since: effect.firstAttemptedAt ?? effect.requestedAt },
    );
    return {
      step: afterQuestion(found, terms, standing),
      verdict: destinationAfter(found),
    };
  };

  const call = async (
    effect: LeasedEffect,
    connector: Connector,
    untilMs: number,
  ): Promise<{ readonly step: Step; readonly verdict: Verdict } | null> => {
    if (!(await ledger.attempt(effect))) return null;
    failPoints.at('before-provider-call');
    // A process that was frozen since must not call: another may be asking about this very call by now.
    if (Date.now() + connector.timeoutMs > untilMs) return null;
    const from = performance.now();
    // A connector answers as data; should it throw all the same, nobody knows what it did.
    const result = await connector.perform({ ...effect, target: effect.destination }).catch(() => CRASHED);
    failPoints.at('after-provider-answer');
    recordCall(effect.kind, result.kind, performance.now() - from);
    return {
      step: afterAttempt(result, terms, { ...standingOf(effect, connector), tries: effect.tries + 1 }),
      verdict: verdictOf(result),
    };
  };

  const take = async (
    effect: LeasedEffect,
    {
      reminder,
      traceParent,
      untilMs,
    }: { readonly reminder: Reminder; readonly traceParent: string | null; readonly untilMs: number },
  ): Promise<Turn> => {
    const connector = connectors.find(({ kind }) => kind === effect.kind);
    const taken = connector
      ? await (effect.turn === 'ask' ? ask(effect, connector) : call(effect, connector, untilMs))
      : { step: skip('no-connector'), verdict: WELL };
    if (taken === null) return { step: 'lease-lost', failed: false, verdict: WELL };
    const { step, verdict } = taken;
    failPoints.at('before-receipt-stored');
    const isOurs = await insistently(() => ledger.record(effect, step, { reminder, traceParent }), untilMs);
    if (isOurs && step.do === 'settle') countSettled(effect.kind, step.state);
    return { step: isOurs ? nameOf(step) : 'lease-lost', failed: isFailed(step), verdict };
  };

  return async (reminder) => {
    failPoints.at('before-lease');
    const untilMs = Date.now() + leaseMs;
    const leasing = await ledger.lease(reminder.id, leaseMs);
    failPoints.at('after-lease');
    if (leasing.kind !== 'leased') {
      await ledger.dismiss(reminder, leasing.kind === 'held' ? leasing.forMs : null);
      return WELL;
    }
    return (await inTrace(leasing.effect, (traceParent) => take(leasing.effect, { reminder, traceParent, untilMs })))
      .verdict;
  };
};
