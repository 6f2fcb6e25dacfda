import { Problem, type ProblemFault } from '@sluice/service';
import { parse } from 'csv-parse/sync';
import type { Accepted } from './accept-inquiry.ts';

export interface BatchRow {
  /** 1 is the first row of data. */
  readonly row: number;
  readonly value: unknown;
  /** Why the row is no record at all; null when it is one. */
  readonly fault: string | null;
}

const CONTACT_COLUMNS = new Set(['email', 'name', 'phone', 'title', 'company', 'website', 'country']);
const OWN_COLUMNS = new Set(['source', 'eventId', 'threadId', 'subject', 'text']);

/** One row per line. */
export const rowsOfNdjson = (text: string): readonly BatchRow[] =>
  text
    .split(/\r?\n/)
    .map((line, at) => ({ line, row: at + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, row }) => {
      try {
        const value: unknown = JSON.parse(line);
        return { row, value, fault: null };
      } catch {
        return { row, value: null, fault: 'the line is no JSON' };
      }
    });

const toBody = (columns: Readonly<Record<string, string>>): unknown => {
  const filled = Object.entries(columns).filter(([, value]) => value !== '');
  const pick = (names: ReadonlySet<string>) => Object.fromEntries(filled.filter(([name]) => names.has(name)));
  const metadata = Object.fromEntries(filled.filter(([name]) => !CONTACT_COLUMNS.has(name) && !OWN_COLUMNS.has(name)));
  return { ...pick(OWN_COLUMNS), contact: pick(CONTACT_COLUMNS), metadata };
};

/** The rows of a CSV by the names in its first line. @throws Problem 422 when it is no CSV. */
export const recordsOfCsv = (text: string): readonly Readonly<Record<string, string>>[] => {
  try {
    return parse(text, {
      bom: true,
      columns: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
      delimiter: [',', ';', '\t'],
    });
  } catch (cause) {
    throw new Problem({
      status: 422,
      title: 'Unprocessable CSV',
      detail: cause instanceof Error ? cause.message : 'The body is no CSV.',
    });
  }
};

export const rowsOf = (values: readonly unknown[]): readonly BatchRow[] =>
  values.map((value, at) => ({ row: at + 1, value, fault: null }));

/** The first line names the columns: those of a contact, those of an inquiry, and anything else as metadata. @throws Problem 422 */
export const rowsOfCsv = (text: string): readonly BatchRow[] => rowsOf(recordsOfCsv(text).map(toBody));

export type RowVerdict = { readonly accepted: Accepted } | { readonly errors: readonly ProblemFault[] };

export interface RowReport extends Partial<Accepted> {
  readonly row: number;
  readonly status: 'accepted' | 'refused';
  readonly errors?: readonly ProblemFault[];
}

export interface BatchReport {
  readonly rows: number;
  readonly accepted: number;
  readonly refused: number;
  readonly report: readonly RowReport[];
}

/** Takes rows in, one after the other, and reports on each: a bad one sinks no other. */
export const acceptRows = async (
  rows: readonly BatchRow[],
  accept: (value: unknown) => Promise<RowVerdict>,
): Promise<BatchReport> => {
  const report: RowReport[] = [];
  for (const { row, value, fault } of rows) {
    const verdict = fault === null ? await accept(value) : { errors: [{ pointer: '', detail: fault }] };
    report.push(
      'accepted' in verdict
        ? { row, status: 'accepted', ...verdict.accepted }
        : { row, status: 'refused', errors: verdict.errors },
    );
  }
  const accepted = report.filter(({ status }) => status === 'accepted').length;
  return { rows: report.length, accepted, refused: report.length - accepted, report };
};
