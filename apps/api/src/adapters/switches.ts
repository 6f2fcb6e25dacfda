import { randomUUID } from 'node:crypto';
import { controlSwitch, type ControlSwitch, type SwitchScope } from '@sluice/contracts';
import type { Clock } from '@sluice/kernel';
import type { KnownSwitch, SwitchStore } from '@sluice/persistence';
import { eventRecord, type EventCodec, type Transport } from '@sluice/stage';

/** Who throws a switch, and why. */
export interface Throwing {
  readonly by: string;
  readonly why: string;
}

/** Kill switches, put on the log, where every notifier obeys them. All @throw TransientError when a word is not acknowledged */
export interface Switches {
  all(): Promise<readonly KnownSwitch[]>;
  engage(switchId: string, scope: SwitchScope, throwing: Throwing): Promise<void>;
  /** False where there is none of this id. */
  release(switchId: string, throwing: Throwing): Promise<boolean>;
}

export interface SwitchesOptions {
  readonly store: SwitchStore;
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
  readonly clock: Clock;
}

/** A switch may cover several brands. */
const ANY_BRAND = '*';

export const createSwitches = ({ store, transport, codec, clock }: SwitchesOptions): Switches => {
  const say = async (word: Omit<ControlSwitch, 'changedAt'>): Promise<void> => {
    const changedAt = clock.now();
    const envelope = { id: randomUUID(), source: '/sluice/api', time: changedAt, brand: ANY_BRAND, playbook: null };
    await transport.publish([await eventRecord(controlSwitch.v1.of({ ...word, changedAt }), envelope, { codec })]);
  };
  return {
    all: () => store.all(),
    engage: (switchId, scope, { by, why }) => say({ ...scope, switchId, engaged: true, by, why }),
    async release(switchId, { by, why }) {
      const known = (await store.all()).find((one) => one.switchId === switchId);
      if (!known) return false;
      const { brands, intents, channels, sinks } = known;
      await say({ switchId, engaged: false, brands, intents, channels, sinks, by, why });
      return true;
    },
  };
};
