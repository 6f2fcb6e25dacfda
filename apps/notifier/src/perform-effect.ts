import type { Connector } from '@sluice/connectors';
import { SpanKind, SpanStatusCode, context, metrics, propagation, trace, type Span } from '@opentelemetry/api';
import { afterAttempt, afterQuestion, afterUnknown, type Step, type Terms } from './domain/next-step.ts';
import type { FailPoints } from './fail-points.ts';
import type { LeasedEffect, Ledger } from './ports/ledger.port.ts';

export interface PerformerOptions {
  readonly ledger: Ledger;
  readonly connectors: readonly Connector[];
  /** Names this process in leases. */
  readonly owner: string;
  readonly terms: Terms;
  readonly failPoints: FailPoints;
  /** Reminds us of an effect later. */
  readonly remind: (effect: LeasedEffect, afterMs: number) => Promise<void>;
}

/** A lease outlives the call it is for by this much. */
const LEASE_MARGIN_MS = 15_000;
/** Clocks differ: what may have happened a little before is looked for too. */
const CLOCK_SKEW_MS = 60_000;

const tracer = trace.getTracer('@sluice/notifier');
const outcomes = metrics.getMeter('@sluice/notifier').createCounter('sluice_effect', { description: 'Effects by kind and what became of them.' });

const skipped = (reason: string): Step => ({ do: 'settle', state: 'skipped', reason, learntBy: 'none', providerId: null, responseDigest: null });

/** The span of one turn, in the trace of the inquiry that asked for the effect. */
const inTrace = async <Result>({ kind, traceParent, effectId }: LeasedEffect, work: (span: Span) => Promise<Result>): Promise<Result> => {
  const parent = propagation.extract(context.active(), traceParent === null ? {} : { traceparent: traceParent });
  const span = tracer.startSpan(`perform ${kind}`, { kind: SpanKind.CLIENT, attributes: { 'sluice.effect_id': effectId, 'sluice.effect_kind': kind } }, parent);
  return context.with(trace.setSpan(parent, span), () => work(span).finally(() => span.end()));
};

/** Takes one turn on an effect: a call, or a question about an earlier one. Never both, and never without the lease. */
export const createPerformer = ({ ledger, connectors, owner, terms, failPoints, remind }: PerformerOptions) => {
  const connectorOf = (kind: string): Connector | undefined => connectors.find((one) => one.kind === kind);

  const ask = async (effect: LeasedEffect, connector: Connector): Promise<Step> => {
    const { tries, asks, effectId, attemptedAt, requestedAt } = effect;
    if (connector.onUnknown !== 'ask') return afterUnknown('the attempt was not seen to end', { terms, tries, effectId, onUnknown: connector.onUnknown });
    const since = new Date(Date.parse(attemptedAt ?? requestedAt) - CLOCK_SKEW_MS).toISOString();
    return afterQuestion(await connector.ask(effect, { since }), { terms, tries, asks, effectId });
  };

  const call = async (effect: LeasedEffect, connector: Connector): Promise<Step | null> => {
    if (effect.mode === 'off' || effect.mode === 'propose') return skipped(effect.mode);
    if (!(await ledger.attempt(effect.effectId, owner))) return null;
    failPoints.at('before-provider-call');
    const result = await connector.perform(effect.mode === 'sandbox' ? { ...effect, target: `${effect.target}-sandbox` } : effect);
    failPoints.at('after-provider-answer');
    return afterAttempt(result, { terms, tries: effect.tries + 1, effectId: effect.effectId, onUnknown: connector.onUnknown });
  };

  const take = async (effect: LeasedEffect, span: Span): Promise<void> => {
    const connector = connectorOf(effect.kind);
    const step = connector ? await (effect.turn === 'ask' ? ask(effect, connector) : call(effect, connector)) : skipped('no connector of this kind');
    if (step === null) return;
    failPoints.at('before-receipt-stored');
    const isOurs = await ledger.record(effect.effectId, owner, step);
    span.setAttribute('sluice.effect_step', step.do);
    if (!isOurs) return;
    if (step.do !== 'settle') return remind(effect, step.afterMs);
    outcomes.add(1, { kind: effect.kind, state: step.state });
    if (step.state !== 'confirmed') span.setStatus({ code: SpanStatusCode.ERROR, message: step.state });
  };

  return async (effectId: string): Promise<void> => {
    failPoints.at('before-lease');
    const longest = Math.max(...connectors.map(({ timeoutMs }) => timeoutMs));
    const effect = await ledger.lease(effectId, owner, longest + LEASE_MARGIN_MS);
    failPoints.at('after-lease');
    if (effect) await inTrace(effect, (span) => take(effect, span));
  };
};
