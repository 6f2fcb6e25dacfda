import { controlSwitch, type ControlSwitch } from '@sluice/contracts';
import { dataIn, type ProjectedEvent } from '@sluice/stage';
import type { SwitchStore } from './switch-store.ts';

/** Applies a batch of `control.switch.v1` to a store. `onKept` hears of each word once it is stored. */
export const createSwitchKeeper =
  (switches: Pick<SwitchStore, 'keep'>, onKept: (word: ControlSwitch) => void = () => undefined) =>
  async (events: readonly ProjectedEvent[]): Promise<void> => {
    const words = events.flatMap((event) => {
      const said = dataIn(event, controlSwitch.v1);
      return said === null ? [] : [{ eventId: event.id, said }];
    });
    await switches.keep(words);
    for (const { said } of words) onKept(said);
  };
