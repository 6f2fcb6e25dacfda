import type { EffectRequested } from '@sluice/contracts';

export type EffectMode = EffectRequested['mode'];

const FROM_STRICT_TO_FREE: readonly EffectMode[] = ['off', 'propose', 'sandbox', 'live'];

/** The stricter of what the playbook asks for and what this deployment may do. A shadow deployment may do nothing. */
export const strictest = (asked: EffectMode, ceiling: EffectMode): EffectMode =>
  FROM_STRICT_TO_FREE[Math.min(FROM_STRICT_TO_FREE.indexOf(asked), FROM_STRICT_TO_FREE.indexOf(ceiling))] ?? 'off';

/** Whether something outward happens. `propose` is recorded, with its content, and not done. */
export const isPerformed = (mode: EffectMode): boolean => mode === 'sandbox' || mode === 'live';

/**
 * How far an effect goes once nobody is in its way: what a person may approve is done as far as this deployment may, and what is only
 * proposed with nobody to approve it stays so.
 */
export const modeOf = (
  asked: EffectMode,
  { approveBy, ceiling }: { readonly approveBy: string | null; readonly ceiling: EffectMode },
): EffectMode => strictest(asked === 'propose' && approveBy !== null ? 'live' : asked, ceiling);
