import { metrics } from '@opentelemetry/api';
import type { ClockCount, ClockPosition } from './ports/timers.port.ts';

export interface SlaMeters {
  breached(position: Pick<ClockPosition, 'queue' | 'clock'>): void;
  close(): void;
}

/** Metrics of the clocks, named as in acceptance 3.4; the exporter appends `_total`. */
export const createSlaMeters = (counts: () => Promise<readonly ClockCount[]>): SlaMeters => {
  const meter = metrics.getMeter('@sluice/router');
  const breaches = meter.createCounter('sluice_sla_breach', { description: 'Promises that were broken.' });
  const atRisk = meter.createObservableGauge('sluice_sla_at_risk', {
    description: 'Promises that will be broken soon.',
  });
  const overdue = meter.createObservableGauge('sluice_sla_overdue', {
    description: 'Broken promises on which somebody still waits.',
  });
  const toBreach = meter.createObservableGauge('sluice_minutes_to_breach', {
    description: 'Minutes to the next breach of a queue.',
  });
  const gauges = [atRisk, overdue, toBreach];
  const observe: Parameters<typeof meter.addBatchObservableCallback>[0] = async (result) => {
    for (const { queue, clock, ...of } of await counts().catch(() => [])) {
      result.observe(atRisk, of.atRisk, { queue, clock });
      result.observe(overdue, of.overdue, { queue, clock });
      if (of.minutesToBreach !== null) result.observe(toBreach, of.minutesToBreach, { lane: queue, clock });
    }
  };
  meter.addBatchObservableCallback(observe, gauges);
  return {
    breached: ({ queue, clock }) => breaches.add(1, { queue, clock }),
    close: () => meter.removeBatchObservableCallback(observe, gauges),
  };
};
