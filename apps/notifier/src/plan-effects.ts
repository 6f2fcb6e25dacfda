import { effectRequested, headerNames } from '@sluice/contracts';
import { headerOf, type ProjectedEvent } from '@sluice/stage';
import type { Lanes } from './lanes.ts';
import type { Ledger, PlannedEffect } from './ports/ledger.port.ts';

const plannedOf = ({ data, record }: ProjectedEvent): PlannedEffect => ({
  ...effectRequested.v1.parse(data),
  traceParent: headerOf(record.headers, headerNames.traceParent),
  brand: headerOf(record.headers, headerNames.brand) ?? '',
  playbook: headerOf(record.headers, headerNames.playbook) ?? '',
});

/** Puts requests into the ledger and reminds the lanes of them. Nothing outward happens here; doing it again changes nothing. */
export const createPlanner = (ledger: Ledger, lanes: Lanes) => async (events: readonly ProjectedEvent[]): Promise<void> => {
  for (const effect of await ledger.plan(events.map(plannedOf))) await lanes.remind(effect, { turn: 'planned', afterMs: 0 });
};
