import type { EffectRequested } from '@sluice/contracts';
import { namedCalendar, nextOpen, type Playbook } from '@sluice/policy';

/** What every sink of a playbook says about whom it is for, and how far. */
export type Sink = Extract<Playbook['sinks'][keyof Playbook['sinks']], { readonly within: unknown }>;

const HOUR_MS = 3_600_000;

export interface SinkScope {
  readonly queue: string;
  readonly category: string;
  readonly intent: string;
}

/** Whether a sink is used for an inquiry at all. */
export const isFor = (
  { mode, queues, notCategories }: Pick<Sink, 'mode' | 'queues' | 'notCategories'>,
  { queue, category, intent }: SinkScope,
): boolean =>
  mode !== 'off' &&
  (queues.length === 0 || queues.includes(queue)) &&
  !notCategories.includes(category) &&
  !notCategories.includes(intent);

/** How far an effect goes, when, and until when a person may approve it where it is only proposed. */
export const reachOf = (
  { mode, within }: Pick<Sink, 'mode' | 'within'>,
  { playbook, now }: { readonly playbook: Playbook; readonly now: string },
): Pick<EffectRequested, 'mode' | 'notBefore' | 'approveBy'> => {
  return {
    mode,
    ...(within === null ? {} : { notBefore: nextOpen(namedCalendar(playbook, within), now) }),
    ...(mode === 'propose'
      ? { approveBy: new Date(Date.parse(now) + playbook.sinks.approval.hours * HOUR_MS).toISOString() }
      : {}),
  };
};
