import type { InquiryScored } from '@sluice/contracts';
import { intentKey, type Playbook } from '@sluice/policy';

/** For whom the playbook is asked about an inquiry: with the intent it turned out to have. */
export const scopeOf = (
  playbook: Playbook,
  { brand, channel, decision }: Pick<InquiryScored, 'brand' | 'channel' | 'decision'>,
) => ({ brand, channel, intent: intentKey(playbook, decision) });
