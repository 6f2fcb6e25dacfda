import type { ControlSwitch } from '@sluice/contracts';
import type { Clock } from '@sluice/kernel';
import type { KnownSwitch, SwitchStore } from '@sluice/persistence';
import type { Playbook } from '@sluice/policy';
import { mustTrip, switchIdOf, tripScope, whyOf } from './domain/trip.ts';
import type { AnswerRates } from './ports/answer-rates.port.ts';

export interface TrippingOptions {
  readonly playbooks: () => Promise<readonly { readonly hash: string; readonly playbook: Playbook }[]>;
  readonly switches: Pick<SwitchStore, 'all'>;
  readonly rates: AnswerRates;
  readonly publish: (word: ControlSwitch) => Promise<void>;
  /** Told which are engaged, each time it is looked at. */
  readonly onEngaged: (switchIds: readonly string[]) => void;
  readonly clock: Clock;
}

/** Whose word it is. */
const US = 'notifier';

/**
 * Engages the switches of playbooks that say when they engage by themselves. Only what was sent since a person last released one counts:
 * else it would engage again at once, for what that person knows of.
 */
export const createTripping = ({ playbooks, switches, rates, publish, onEngaged, clock }: TrippingOptions) => {
  const look = async (hash: string, playbook: Playbook, known: readonly KnownSwitch[]): Promise<void> => {
    for (const declared of playbook.killSwitches) {
      if (declared.trip?.metric !== 'send_error_rate') continue;
      const switchId = switchIdOf(playbook, declared);
      const before = known.find((one) => one.switchId === switchId);
      if (before?.engaged) continue;
      const { overMinutes: minutes } = declared.trip;
      const rate = await rates.of({ ...declared, playbook: hash, minutes, since: before?.changedAt ?? null });
      if (!mustTrip(declared.trip, rate)) continue;
      const why = whyOf(declared.trip, rate);
      await publish({ ...tripScope(declared, rate), switchId, engaged: true, by: US, why, changedAt: clock.now() });
    }
  };
  return async (): Promise<'rest'> => {
    const known = await switches.all();
    onEngaged(known.flatMap(({ switchId, engaged }) => (engaged ? [switchId] : [])));
    for (const { hash, playbook } of await playbooks()) await look(hash, playbook, known);
    return 'rest';
  };
};
