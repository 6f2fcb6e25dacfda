import { parse } from 'csv-parse/sync';

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
  text.split(/\r?\n/).map((line, at) => ({ line, row: at + 1 })).filter(({ line }) => line.trim() !== '').map(({ line, row }) => {
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

/** The first line names the columns: those of a contact, those of an inquiry, and anything else as metadata. @throws Error when it is no CSV. */
export const rowsOfCsv = (text: string): readonly BatchRow[] => {
  const records: Record<string, string>[] = parse(text, { bom: true, columns: true, skip_empty_lines: true, trim: true, relax_column_count: true, delimiter: [',', ';', '\t'] });
  return records.map((record, at) => ({ row: at + 1, value: toBody(record), fault: null }));
};
