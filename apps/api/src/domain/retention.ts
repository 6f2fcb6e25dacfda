import type { Playbook } from '@sluice/policy';

/** How long the read model keeps what it holds. */
export interface RetentionTerms {
  /** Days after which personal data goes: contents of events, bytes of dead letters. */
  readonly contentDays: number;
  /** Days after which the rest of an event goes, and what is told from it; null: never. */
  readonly auditDays: number | null;
}

type Said = Partial<Playbook['retention']>;

/** What a playbook says of retention, its overrides too: one may ask for less for a brand, a channel, an intent. */
const saidBy = ({ retention, overrides }: Pick<Playbook, 'retention' | 'overrides'>): readonly Said[] => [
  retention,
  ...Object.values(overrides)
    .flatMap((byName) => Object.values(byName ?? {}))
    .flatMap((part) => (part?.['retention'] ? [part['retention'] as Said] : [])),
];

const least = (days: readonly (number | null | undefined)[]): number | null => {
  const told = days.flatMap((one) => (typeof one === 'number' ? [one] : []));
  return told.length === 0 ? null : Math.min(...told);
};

/**
 * The strictest of all playbooks in force: a partition holds the events of every brand, and goes as a whole. Null while none is in force:
 * then nobody has said how long anything may be kept, and nothing is deleted.
 */
export const strictestRetention = (
  playbooks: readonly Pick<Playbook, 'retention' | 'overrides'>[],
): RetentionTerms | null => {
  const said = playbooks.flatMap(saidBy);
  const contentDays = least(said.flatMap(({ rawDays, normalisedDays }) => [rawDays, normalisedDays]));
  return contentDays === null ? null : { contentDays, auditDays: least(said.map(({ auditDays }) => auditDays)) };
};
