import { controlSwitch } from '@sluice/contracts';
import type { SwitchStore } from '@sluice/persistence';
import { dataIn, type ProjectedEvent } from '@sluice/stage';
import { recordPropagation } from './effect-telemetry.ts';

/** Keeps switches where every process of the notifier looks before it takes an effect and before it calls. */
export const createSwitchKeeper =
  (switches: Pick<SwitchStore, 'keep'>) =>
  async (events: readonly ProjectedEvent[]): Promise<void> => {
    const words = events.flatMap((event) => {
      const said = dataIn(event, controlSwitch.v1);
      return said === null ? [] : [{ eventId: event.id, said }];
    });
    await switches.keep(words);
    for (const { said } of words) recordPropagation(Date.now() - Date.parse(said.changedAt));
  };
