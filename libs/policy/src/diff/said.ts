import { truncate } from '@sluice/kernel';

const LONG = 160;

const shortened = (text: string): string => truncate(text, LONG, '…');

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

/** What is left out of a new thing is what it does not have; unless that is all it says. */
const parts = (value: object): string => {
  const entries = Object.entries(value);
  const full = entries.filter(([, inner]) => inner !== false && !isEmpty(inner));
  return (full.length > 0 ? full : entries).map(([key, inner]) => `${key} ${said(inner)}`).join(', ');
};

/** A value of a playbook as a person would say it. */
export const said = (value: unknown): string => {
  if (isEmpty(value) || value === undefined) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return `“${shortened(value)}”`;
  if (Array.isArray(value)) return shortened(value.map(said).join(', '));
  return typeof value === 'object' && value !== null ? shortened(parts(value)) : String(value);
};

/** Texts of several lines are told by what came and what went. */
export const isProse = (value: unknown): value is string => typeof value === 'string' && value.includes('\n');
