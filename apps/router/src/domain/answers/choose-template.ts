import type { InquiryScored } from '@sluice/contracts';
import { pathOf, type Playbook } from '@sluice/policy';

type Acknowledgement = Playbook['acknowledgement'];
export type Template = Acknowledgement['templates'][string];

export interface Wanted {
  /** By which the playbook's overrides are looked up: an intent, or a category where none is known. */
  readonly intent: string;
  readonly decision: InquiryScored['decision'];
  readonly language: string;
}

/**
 * Whether what it is may be answered before a person has looked: what holds back wins over `allow`. What a person has to look at may
 * not be what it seems, and nothing is sent.
 */
export const mayAcknowledge = (
  { acknowledgement: { allow, never }, gates }: Pick<Playbook, 'acknowledgement' | 'gates'>,
  { intent, decision }: Wanted,
): boolean => {
  if (pathOf(decision) === 'human') return false;
  const words = [intent, decision.category];
  const held = new Set([...never, ...gates.neverAutoSendWith]);
  return words.some((word) => allow.includes(word)) && ![...words, ...decision.flags].some((word) => held.has(word));
};

/** The message for this inquiry: one for its intent or category before one for all, and of these one in its language before one for any. */
export const chooseTemplate = ({ templates }: Acknowledgement, wanted: Wanted): Template | null => {
  const enabled = Object.values(templates).filter((template) => template.enabled);
  for (const category of [wanted.intent, wanted.decision.category, null])
    for (const language of [wanted.language, null]) {
      const found = enabled.find((template) => template.category === category && template.language === language);
      if (found) return found;
    }
  return null;
};
