import {
  SpanKind,
  SpanStatusCode,
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Attributes,
  type Span,
} from '@opentelemetry/api';
import type { LeasedEffect, LaneBacklog } from './ports/ledger.port.ts';

const tracer = trace.getTracer('@sluice/notifier');
const meter = metrics.getMeter('@sluice/notifier');

const settledEffects = meter.createCounter('sluice_effect', {
  description: 'Effects by kind and what became of them.',
});
const callTime = meter.createHistogram('sluice_effect_call_duration', {
  unit: 's',
  description: 'Duration of one call to a provider, by what it came to.',
});

const switchPropagation = meter.createHistogram('sluice_switch_propagation', {
  unit: 's',
  description: 'From the moment a switch is thrown until no process sends what it covers.',
});
/** Milliseconds. */
export const recordPropagation = (ms: number): void => switchPropagation.record(Math.max(0, ms) / 1_000);

export const countSettled = (kind: string, state: string): void => settledEffects.add(1, { kind, state });

export const recordCall = (kind: string, result: string, milliseconds: number): void =>
  callTime.record(milliseconds / 1_000, { kind, result });

/** What the lanes look like at the moment a scrape asks. */
export interface LaneReading extends LaneBacklog {
  readonly resting: boolean;
}

/** Gauges of the lanes, by lane. Gives what takes them back. */
export const watchLanes = (read: () => readonly LaneReading[]): (() => void) => {
  const of = ({ lane, kind }: LaneReading): Attributes => ({ lane, kind });
  const gauges = [
    [
      'sluice_effect_lane_backlog',
      {},
      'Effects of a lane that are not settled.',
      ({ effects }: LaneReading) => effects,
    ],
    [
      'sluice_effect_lane_oldest_age',
      { unit: 's' },
      'Age of the oldest of them.',
      ({ oldestMs }: LaneReading) => oldestMs / 1_000,
    ],
    [
      'sluice_effect_lane_resting',
      {},
      '1 while a lane leaves its destination alone (it asked for peace, or keeps failing).',
      ({ resting }: LaneReading) => Number(resting),
    ],
  ] as const;
  const stops = gauges.map(([name, unit, description, valueOf]) => {
    const gauge = meter.createObservableGauge(name, { ...unit, description });
    const observe = (observer: { observe(value: number, attributes: Attributes): void }): void => {
      for (const reading of read()) observer.observe(valueOf(reading), of(reading));
    };
    gauge.addCallback(observe);
    return () => gauge.removeCallback(observe);
  });
  return () => stops.forEach((stop) => stop());
};

/** What keeps effects of a kind from being done until a person mends it, by reason. */
export interface SinkReading {
  readonly kind: string;
  readonly reason: string;
  readonly faults: number;
}

/** The gauge of what a person has to mend at a sink. Gives what takes it back. */
export const watchSinks = (read: () => readonly SinkReading[]): (() => void) => {
  const gauge = meter.createObservableGauge('sluice_sink_faults', {
    description: 'Targets of a sink, or its credentials, that a person has to mend before effects can be done.',
  });
  const observe = (observer: { observe(value: number, attributes: Attributes): void }): void => {
    for (const { kind, reason, faults } of read()) observer.observe(faults, { kind, reason });
  };
  gauge.addCallback(observe);
  return () => gauge.removeCallback(observe);
};

/** What a turn came to, as its span shows it. */
export interface TurnOutcome {
  readonly step: string;
  readonly failed: boolean;
}

/** The context of the span that is active now, as a header; null where nothing is traced. */
const traceParentNow = (): string | null => {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'] ?? null;
};

/**
 * Runs one turn in a span that continues the inquiry's trace. `work` gets the context that the settled event carries on; without
 * an SDK that is the requester's own.
 */
export const inTrace = async <Outcome extends TurnOutcome>(
  effect: LeasedEffect,
  work: (traceParent: string | null) => Promise<Outcome>,
): Promise<Outcome> => {
  const parent = propagation.extract(
    ROOT_CONTEXT,
    effect.traceParent === null ? {} : { traceparent: effect.traceParent },
  );
  const name = `${effect.turn === 'ask' ? 'ask about' : 'perform'} ${effect.kind}`;
  const attributes = {
    'sluice.effect.id': effect.effectId,
    'sluice.effect.kind': effect.kind,
    'sluice.effect.lane': effect.lane,
    'sluice.effect.tries': effect.tries,
  };
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
  return context.with(trace.setSpan(parent, span), () => ended(span, work(traceParentNow() ?? effect.traceParent)));
};

const ended = async <Outcome extends TurnOutcome>(span: Span, work: Promise<Outcome>): Promise<Outcome> => {
  try {
    const outcome = await work;
    span.setAttribute('sluice.effect.step', outcome.step);
    if (outcome.failed) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.step });
    return outcome;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
    throw error;
  } finally {
    span.end();
  }
};
