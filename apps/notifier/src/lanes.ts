import { uuidV5 } from '@sluice/kernel';
import type { JobQueue } from '@sluice/persistence';

interface Addressed { readonly effectId: string; readonly kind: string; readonly target: string }

/** One destination, one lane: a destination that is slow or dead holds up nobody else. */
export const laneOf = ({ kind, target }: Pick<Addressed, 'kind' | 'target'>): string =>
  `${kind}.${target.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-')}`.slice(0, 100);

export interface Lanes {
  /** Reminds of an effect: at once when it was planned, later when it has to wait. `turn` tells the reminders of one effect apart. */
  remind(effect: Addressed, reminder: { readonly turn: string; readonly afterMs: number }): Promise<void>;
  open(effect: Pick<Addressed, 'kind' | 'target'>): Promise<void>;
}

export const createLanes = (jobs: JobQueue, { concurrency, handle }: { readonly concurrency: number; readonly handle: (effectId: string) => Promise<void> }): Lanes => {
  const open: Lanes['open'] = (effect) => jobs.work(laneOf(effect), concurrency, handle);
  return {
    open,
    async remind(effect, { turn, afterMs }) {
      await open(effect);
      // The first reminder has the effect's own id, so that planning it again adds nothing.
      await jobs.add(laneOf(effect), { id: turn === 'planned' ? effect.effectId : uuidV5(effect.effectId, turn), subject: effect.effectId, afterMs });
    },
  };
};
