import type { RecordContent } from '@sluice/contracts';

/** How an object at a provider names the effect that made it, where it has only text for that. */
export const markOf = (effectId: string): string => `sluice:${effectId}`;

/** Whether a text names the effect. */
export const isMarked = (text: unknown, effectId: string): boolean =>
  typeof text === 'string' && text.includes(markOf(effectId));

export const subjectOf = ({ inquiry }: RecordContent, longest: number): string =>
  (inquiry.subject?.trim() || inquiry.summary || 'New inquiry').replaceAll(/\s+/gu, ' ').slice(0, longest);

const line = (name: string, value: string | number | null): readonly string[] =>
  value === null || value === '' ? [] : [`${name}: ${value}`];

/** An inquiry as a note of plain text for the people who work with it, with the effect's mark as its last line. */
export const noteOf = (content: RecordContent, effectId: string): string => {
  const { person, company, inquiry, reasons, fields } = content;
  return [
    inquiry.summary,
    '',
    ...line('From', [person.name, person.email, person.phone].filter(Boolean).join(', ')),
    ...line('Company', company ? [company.name, company.domain].filter(Boolean).join(', ') : null),
    ...line('Category', inquiry.label === null ? inquiry.category : `${inquiry.category} (${inquiry.label})`),
    ...line('Priority', inquiry.priority),
    ...line('Score', inquiry.score),
    ...line('Why', reasons.map(({ rule, points }) => `${rule} ${points > 0 ? '+' : ''}${points}`).join(', ')),
    ...line('Queue', inquiry.queue),
    ...line('Received', inquiry.receivedAt),
    ...line('Due', inquiry.dueAt),
    ...fields.flatMap(({ name, value }) => line(name, value)),
    '',
    markOf(effectId),
  ].join('\n');
};

/** Fields that have a value. */
export const filled = (
  properties: Readonly<Record<string, string | null | undefined>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(properties).flatMap(([name, value]) => (value ? [[name, value]] : [])));

export const splitName = (name: string | null): { readonly first: string | null; readonly last: string | null } => {
  const words = (name ?? '').trim().split(/\s+/u).filter(Boolean);
  return { first: words[0] ?? null, last: words.slice(1).join(' ') || null };
};
