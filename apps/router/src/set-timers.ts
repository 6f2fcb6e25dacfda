import { headerNames, slaClockMoved } from '@sluice/contracts';
import { headerOf, type ProjectedEvent } from '@sluice/stage';
import type { ClockPosition, Timers } from './ports/timers.port.ts';

const positionOf = ({ data, record }: ProjectedEvent): ClockPosition => ({
  ...slaClockMoved.v1.parse(data),
  brand: headerOf(record.headers, headerNames.brand) ?? '',
  playbook: headerOf(record.headers, headerNames.playbook) ?? '',
  traceParent: headerOf(record.headers, headerNames.traceParent),
});

export interface TimerSetterOptions {
  readonly timers: Pick<Timers, 'set'>;
  /** Told of each promise that is broken, once. */
  readonly onBreach: (position: Pick<ClockPosition, 'queue' | 'clock'>) => void;
}

/** Sets the timers that clocks ask for. Doing it again changes nothing. */
export const createTimerSetter = ({ timers, onBreach }: TimerSetterOptions) => async (events: readonly ProjectedEvent[]): Promise<void> => {
  for (const broken of await timers.set(events.map(positionOf))) onBreach(broken);
};
