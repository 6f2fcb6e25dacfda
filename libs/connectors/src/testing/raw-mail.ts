import type { SentMail } from './mail-suite.ts';

/** The headers of a raw mail, unfolded, by their names in lower case. */
const headersOf = (raw: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (raw.split('\r\n\r\n')[0] ?? '')
      .replaceAll(/\r\n[ \t]+/gu, ' ')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );

/** A mail that a simulated account keeps as its bytes. */
export const readRawMail = (stored: Readonly<Record<string, unknown>>): SentMail => ({
  to: String(stored['to']),
  headers: headersOf(String(stored['raw'])),
});
