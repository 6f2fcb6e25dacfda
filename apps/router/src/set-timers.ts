import { headerNames, poolChanged, slaClockMoved } from '@sluice/contracts';
import { dataIn, headerOf, type ProjectedEvent } from '@sluice/stage';
import type { Looks } from './ports/looks.port.ts';
import type { ClockPosition, Timers } from './ports/timers.port.ts';

const positionsOf = (event: ProjectedEvent): readonly ClockPosition[] => {
  const moved = dataIn(event, slaClockMoved.v1);
  if (moved === null) return [];
  const { headers } = event.record;
  return [
    {
      ...moved,
      brand: headerOf(headers, headerNames.brand) ?? '',
      playbook: headerOf(headers, headerNames.playbook) ?? '',
      traceParent: headerOf(headers, headerNames.traceParent),
    },
  ];
};

const looksOf = (event: ProjectedEvent): Parameters<Looks['set']>[0] => {
  const changed = dataIn(event, poolChanged.v1);
  if (changed?.lookAt === undefined) return [];
  const { brand, pool, lookAt: at, changedAt: saidAt } = changed;
  return [{ brand, pool, at, saidAt }];
};

export interface TimerSetterOptions {
  readonly timers: Pick<Timers, 'set'>;
  readonly looks: Pick<Looks, 'set'>;
  /** Told of each promise that is broken, once. */
  readonly onBreach: (position: Pick<ClockPosition, 'queue' | 'clock'>) => void;
}

/** Sets the timers that clocks and pools ask for. Doing it again changes nothing. */
export const createTimerSetter =
  ({ timers, looks, onBreach }: TimerSetterOptions) =>
  async (events: readonly ProjectedEvent[]): Promise<void> => {
    const positions = events.flatMap(positionsOf);
    for (const broken of positions.length === 0 ? [] : await timers.set(positions)) onBreach(broken);
    const wanted = events.flatMap(looksOf);
    if (wanted.length > 0) await looks.set(wanted);
  };
