import { recordsOfCsv } from '../batch-rows.ts';

/** An export that says so is UTF-16; all others are UTF-8. */
const decoded = (bytes: Buffer): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);

const NAME_OF_COLUMN = /^"?(?:first ?name|name|full ?name|lead ?id|e-?mail(?: address)?)"?$/iu;

/** An export of connections begins with a note to the reader: the line of names is the first with a cell that is one. */
const withoutNote = (text: string): string => {
  const lines = text.replace(/^\ufeff/u, '').split(/\r?\n/u);
  const names = lines.findIndex((line) => line.split(/[,;\t]/u).some((cell) => NAME_OF_COLUMN.test(cell.trim())));
  return lines.slice(Math.max(0, names)).join('\n');
};

/** What tells a row from all others: the id of the lead, or the address of the profile. */
const ID_COLUMNS = ['lead id', 'leadid', 'profile url', 'url'];

const withId = (row: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const column = ID_COLUMNS.flatMap(
    (wanted) => Object.keys(row).find((name) => name.trim().toLowerCase() === wanted && row[name]) ?? [],
  )[0];
  return column === undefined ? row : { ...row, external_id: row[column] ?? '' };
};

/** Rows of an export of connections, or of a lead form's answers. @throws Problem 422 when it is no CSV */
export const rowsOfLinkedin = (bytes: Buffer): readonly Readonly<Record<string, string>>[] =>
  recordsOfCsv(withoutNote(decoded(bytes))).map(withId);

/** The file of an upload: a form's first file, or the body itself. */
export const uploadedFile = async (bytes: Buffer, contentType: string): Promise<Buffer | null> => {
  if (!contentType.toLowerCase().startsWith('multipart/')) return bytes;
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => null);
  const file = [...(form?.values() ?? [])].find((value) => typeof value !== 'string');
  return file === undefined ? null : Buffer.from(await file.arrayBuffer());
};
