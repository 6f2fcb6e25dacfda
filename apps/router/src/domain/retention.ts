import type { Playbook } from '@sluice/policy';

const DAY_MS = 86_400_000;

/** Days that ids, times and owners are remembered after the last of an inquiry: as long as what they are about is kept. */
export const daysKept = ({ retention }: Pick<Playbook, 'retention'>): number =>
  retention.normalisedDays ?? retention.rawDays;

/** Days that is remembered whose a contact is, which says nothing of what they wrote; null: for ever. */
export const contactDaysKept = ({ retention }: Pick<Playbook, 'retention'>): number | null => retention.auditDays;

export const daysLater = (now: string, days: number): string => new Date(Date.parse(now) + days * DAY_MS).toISOString();
