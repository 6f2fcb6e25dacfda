import { headerNames, poolChanged, slaClockMoved } from '@sluice/contracts';
import { headerOf, type ProjectedEvent } from '@sluice/stage';
import type { Looks } from './ports/looks.port.ts';
import type { ClockPosition, Timers } from './ports/timers.port.ts';

const positionOf = ({ data, record }: ProjectedEvent): ClockPosition => ({
  ...slaClockMoved.v1.parse(data),
  brand: headerOf(record.headers, headerNames.brand) ?? '',
  playbook: headerOf(record.headers, headerNames.playbook) ?? '',
  traceParent: headerOf(record.headers, headerNames.traceParent),
});

const looksOf = ({ type, data }: ProjectedEvent): Parameters<Looks['set']>[0] => {
  if (type !== poolChanged.v1.type) return [];
  const { brand, pool, lookAt, changedAt } = poolChanged.v1.parse(data);
  return lookAt === undefined ? [] : [{ brand, pool, at: lookAt, saidAt: changedAt }];
};

export interface TimerSetterOptions {
  readonly timers: Pick<Timers, 'set'>;
  readonly looks: Pick<Looks, 'set'>;
  /** Told of each promise that is broken, once. */
  readonly onBreach: (position: Pick<ClockPosition, 'queue' | 'clock'>) => void;
}

/** Sets the timers that clocks and pools ask for. Doing it again changes nothing. */
export const createTimerSetter = ({ timers, looks, onBreach }: TimerSetterOptions) => async (events: readonly ProjectedEvent[]): Promise<void> => {
  const positions = events.filter(({ type }) => type === slaClockMoved.v1.type).map(positionOf);
  for (const broken of positions.length === 0 ? [] : await timers.set(positions)) onBreach(broken);
  const wanted = events.flatMap(looksOf);
  if (wanted.length > 0) await looks.set(wanted);
};
