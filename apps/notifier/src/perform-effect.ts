import { setTimeout as pause } from 'node:timers/promises';
import type { AttemptResult, Connector, InstalledConnector, Made } from '@sluice/connectors';
import { TransientError, type FailPoints } from '@sluice/kernel';
import type { DestinationReport } from './domain/lane-pace.ts';
import {
  afterAttempt,
  afterQuestion,
  afterUnknown,
  NO_CONNECTOR,
  reportAfterAttempt,
  reportAfterQuestion,
  skip,
  type Standing,
  type Step,
  type Terms,
} from './domain/next-step.ts';
import { withoutCall } from './domain/without-call.ts';
import { countSettled, inTrace, recordCall } from './effect-telemetry.ts';
import type { LeasedEffect, Ledger } from './ports/ledger.port.ts';
import { connectorFor } from './sinks.ts';

export interface PerformerOptions {
  readonly ledger: Pick<Ledger, 'attempt' | 'record'>;
  readonly connectors: readonly InstalledConnector[];
  readonly terms: Terms;
  readonly failPoints: FailPoints;
}

/** What follows from a call or a question, for the ledger and for the lane. */
interface Outcome {
  /** As it stands after the call. */
  readonly effect: LeasedEffect;
  readonly step: Step;
  readonly report: DestinationReport;
}

/** Takes one turn on an effect that we have leased: a call, or a question about an earlier one. @throws TransientError when the ledger is away. */
export type Perform = (effect: LeasedEffect) => Promise<DestinationReport>;

const WELL: DestinationReport = { kind: 'well' };
const LEASE_LOST = { step: 'lease-lost', failed: false, report: WELL };
const STORE_AGAIN_MS = 250;
const CRASHED: AttemptResult = { kind: 'unknown', reason: 'connector-failed' };

const standingOf = ({ effectId, tries, asks, ageMs }: LeasedEffect, { onUnknown }: Connector): Standing => ({
  effectId,
  tries,
  asks,
  ageMs,
  onUnknown,
});

const withParts = (effect: LeasedEffect, parts: Made = {}): LeasedEffect => ({
  ...effect,
  parts: { ...effect.parts, ...parts },
});

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

export const createPerformer = ({ ledger, connectors, terms, failPoints }: PerformerOptions): Perform => {
  const ask = async (effect: LeasedEffect, connector: Connector): Promise<Outcome> => {
    const standing = standingOf(effect, connector);
    if (connector.onUnknown !== 'ask')
      return { effect, step: afterUnknown('the-end-of-a-call-was-not-seen', terms, standing), report: WELL };
    const found = await connector.ask(
      { ...effect, target: effect.destination },
      { since: effect.firstAttemptedAt ?? effect.requestedAt },
    );
    return {
      effect: withParts(effect, found.parts),
      step: afterQuestion(found, terms, standing),
      report: reportAfterQuestion(found),
    };
  };

  const call = async (leased: LeasedEffect, connector: Connector): Promise<Outcome | null> => {
    const effect = await ledger.attempt(leased);
    if (effect === null) return null;
    failPoints.at('before-provider-call');
    // A process that was frozen since must not call: another may be asking about this very call by now.
    if (Date.now() + connector.timeoutMs > effect.leasedUntil) return null;
    const from = performance.now();
    // A connector answers as data; should it throw all the same, nobody knows what it did.
    const result = await connector.perform({ ...effect, target: effect.destination }).catch(() => CRASHED);
    failPoints.at('after-provider-answer');
    recordCall(effect.kind, result.kind, performance.now() - from);
    return {
      effect: withParts(effect, result.parts),
      step: afterAttempt(result, terms, standingOf(effect, connector)),
      report: reportAfterAttempt(result),
    };
  };

  const take = async (leased: LeasedEffect): Promise<Outcome | null> => {
    const ended = withoutCall(leased, Date.now());
    if (ended !== null) return { effect: leased, step: skip(ended), report: WELL };
    const connector = connectorFor(connectors, leased);
    if (!connector) return { effect: leased, step: skip(NO_CONNECTOR), report: WELL };
    return leased.turn === 'ask' ? ask(leased, connector) : call(leased, connector);
  };

  return async (leased) => {
    failPoints.at('after-lease');
    const turn = await inTrace(leased, async (traceParent) => {
      const outcome = await take(leased);
      if (outcome === null) return LEASE_LOST;
      const { effect, step, report } = outcome;
      failPoints.at('before-receipt-stored');
      const isOurs = await insistently(() => ledger.record(effect, step, traceParent), effect.leasedUntil);
      if (!isOurs) return { ...LEASE_LOST, report };
      if (step.do === 'settle') countSettled(effect.kind, step.state);
      return { step: nameOf(step), failed: isFailed(step), report };
    });
    return turn.report;
  };
};
