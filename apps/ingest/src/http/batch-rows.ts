import { Problem, type ProblemFault } from '@sluice/service';
import { RefusedRecordsError } from '@sluice/stage';
import { parse } from 'csv-parse/sync';
import type { Accepted, SentBody } from './accept-inquiry.ts';
import { tooMany, type Admission, type Gatekeeper } from './gatekeeper.ts';

export interface BatchRow {
  /** 1 is the first row of data. */
  readonly row: number;
  readonly value: unknown;
  /** The row by itself, as it was sent. */
  readonly sent: SentBody;
  /** Why the row is no record at all; null when it is one. */
  readonly fault: string | null;
}

/** Bounds of a batch: of all rows together the route's body bound says. */
export interface BatchBounds {
  readonly rows: number;
  readonly bytesOfRow: number;
}

const CONTACT_COLUMNS = new Set(['email', 'name', 'phone', 'title', 'company', 'website', 'country']);
const OWN_COLUMNS = new Set(['source', 'eventId', 'threadId', 'subject', 'text']);

const LINE_FEED = 10;
/** A row of a table may have as many lines on average: people write them into its cells. */
const LINES_PER_ROW = 20;

const requireAtMost = (count: number, most: number, { rows }: BatchBounds): void => {
  if (count <= most) return;
  throw new Problem({
    status: 413,
    title: 'Content too large',
    detail: `A batch has ${rows} rows at most: divide it. Rows that are sent twice under the same id are taken in once.`,
  });
};

/** Counts lines before anything is made of them. @throws Problem 413 */
export const checkLineCount = (bytes: Buffer, bounds: BatchBounds): void => {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
  requireAtMost(lines, bounds.rows * LINES_PER_ROW, bounds);
};

const tooLong = ({ bytesOfRow }: BatchBounds, sent: SentBody): string | null =>
  sent.bytes.length <= bytesOfRow ? null : `the row is longer than ${bytesOfRow} bytes`;

const jsonOf = (line: string): { readonly value: unknown; readonly fault: string | null } => {
  try {
    return { value: JSON.parse(line), fault: null };
  } catch {
    return { value: null, fault: 'the line is no JSON' };
  }
};

/** One row per line. @throws Problem 413 */
export const rowsOfNdjson = (bytes: Buffer, bounds: BatchBounds): readonly BatchRow[] => {
  checkLineCount(bytes, bounds);
  const lines = bytes
    .toString('utf8')
    .split(/\r?\n/)
    .map((line, at) => ({ line, row: at + 1 }))
    .filter(({ line }) => line.trim() !== '');
  requireAtMost(lines.length, bounds.rows, bounds);
  return lines.map(({ line, row }) => {
    const sent = { bytes: Buffer.from(line), mediaType: 'application/json' };
    const fault = tooLong(bounds, sent);
    return { row, sent, ...(fault === null ? jsonOf(line) : { value: null, fault }) };
  });
};

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

type TableRecord = Readonly<Record<string, string>>;

/** Records of a table as rows; what one was sent as is its fields by their names. @throws Problem 413 */
export const rowsOf = (
  records: readonly TableRecord[],
  bounds: BatchBounds,
  toValue: (record: TableRecord) => unknown = (record) => record,
): readonly BatchRow[] => {
  requireAtMost(records.length, bounds.rows, bounds);
  return records.map((record, at) => {
    const sent = { bytes: Buffer.from(JSON.stringify(record)), mediaType: 'application/json' };
    return { row: at + 1, value: toValue(record), sent, fault: tooLong(bounds, sent) };
  });
};

/** The first line names the columns: those of a contact, those of an inquiry, and anything else as metadata. @throws Problem 413, or 422 */
export const rowsOfCsv = (bytes: Buffer, bounds: BatchBounds): readonly BatchRow[] => {
  checkLineCount(bytes, bounds);
  return rowsOf(recordsOfCsv(bytes.toString('utf8')), bounds, toBody);
};

export type RowResult = { readonly accepted: Accepted } | { readonly errors: readonly ProblemFault[] };

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

export interface Batch {
  readonly rows: readonly BatchRow[];
  /** The source that a row counts for, whether it fits or not. */
  readonly sourceOf: (value: unknown) => string;
  readonly accept: (row: BatchRow) => Promise<RowResult>;
}

type Refused = Extract<Admission, { admitted: false }>;

/** What a source may still send is asked row by row, until it says that it is all. */
const admitting = (gatekeeper: Pick<Gatekeeper, 'tryAdmit'>) => {
  const spent = new Map<string, Refused>();
  return async (source: string): Promise<Refused | null> => {
    const known = spent.get(source);
    if (known) return known;
    const admission = await gatekeeper.tryAdmit(source);
    if (admission.admitted) return null;
    spent.set(source, admission);
    return admission;
  };
};

/**
 * Takes rows in, one after the other, and reports on each: a bad one sinks no other, and each costs its source one point. Rows above
 * what a source may send are refused in the report. @throws Problem 429 when no row at all may come
 */
export const acceptRows = async (
  { rows, sourceOf, accept }: Batch,
  gatekeeper: Pick<Gatekeeper, 'tryAdmit' | 'windowSeconds'>,
): Promise<BatchReport> => {
  const report: RowReport[] = [];
  const admit = admitting(gatekeeper);
  let limited: Refused | null = null;
  let heard = 0;
  for (const row of rows) {
    const refusal = await admit(sourceOf(row.value));
    limited ??= refusal;
    if (refusal === null) heard += 1;
    report.push({ row: row.row, ...(refusal === null ? await reportOn(row, accept) : overLimit(refusal)) });
  }
  if (limited !== null && heard === 0) throw tooMany(limited, gatekeeper.windowSeconds);
  const accepted = report.filter(({ status }) => status === 'accepted').length;
  return { rows: report.length, accepted, refused: report.length - accepted, report };
};

const refused = (errors: readonly ProblemFault[]): Omit<RowReport, 'row'> => ({ status: 'refused', errors });

const overLimit = ({ limit, seconds }: Refused): Omit<RowReport, 'row'> =>
  refused([
    {
      pointer: '',
      detail: `its source has sent all ${limit} it may for now: send this row again in ${seconds} seconds`,
    },
  ]);

const reportOn = async (row: BatchRow, accept: Batch['accept']): Promise<Omit<RowReport, 'row'>> => {
  if (row.fault !== null) return refused([{ pointer: '', detail: row.fault }]);
  try {
    const result = await accept(row);
    return 'accepted' in result ? { status: 'accepted', ...result.accepted } : refused(result.errors);
  } catch (error) {
    if (error instanceof RefusedRecordsError)
      return refused([{ pointer: '', detail: 'the log takes no row so large' }]);
    throw error;
  }
};
