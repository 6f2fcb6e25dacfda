import { effectRequested, headerNames } from '@sluice/contracts';
import { dataIn, headerOf, type ProjectedEvent } from '@sluice/stage';
import { strictest, type EffectMode } from './domain/effect-mode.ts';
import { laneOf } from './domain/lane-of.ts';
import type { Ledger, PlannedEffect } from './ports/ledger.port.ts';

export interface PlannerOptions {
  readonly ledger: Pick<Ledger, 'plan'>;
  /** The freest mode this deployment may use, whatever a playbook asks for. */
  readonly ceiling: EffectMode;
  /** What stands in for a kind's targets in the sandbox. */
  readonly sandbox: Readonly<Record<PlannedEffect['kind'], string>>;
  /** Told which lanes got work. */
  readonly wake: (lanes: readonly string[]) => void;
}

/** Puts requests into the ledger and wakes their lanes. Nothing outward happens here; doing it again changes nothing. */
export const createPlanner = ({ ledger, ceiling, sandbox, wake }: PlannerOptions) => {
  const plannedOf = (event: ProjectedEvent): readonly PlannedEffect[] => {
    const effect = dataIn(event, effectRequested.v1);
    if (effect === null) return [];
    const { headers } = event.record;
    const mode = strictest(effect.mode, ceiling);
    const destination = mode === 'sandbox' ? sandbox[effect.kind] : effect.target;
    return [
      {
        ...effect,
        mode,
        destination,
        lane: laneOf(effect.kind, destination),
        traceParent: headerOf(headers, headerNames.traceParent),
        brand: headerOf(headers, headerNames.brand) ?? '',
        playbook: headerOf(headers, headerNames.playbook) ?? '',
      },
    ];
  };
  return async (events: readonly ProjectedEvent[]): Promise<void> => {
    if (events.length > 0) wake(await ledger.plan(events.flatMap(plannedOf)));
  };
};
