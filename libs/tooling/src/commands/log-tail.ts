import { existsSync, readFileSync } from 'node:fs';

const TAIL_LINES = 15;
const INDENT = '    ';

interface Entry {
  readonly time?: string;
  readonly level?: string;
  readonly message?: string;
  readonly error?: string;
}

const parsed = (line: string): Entry | null => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
};

/** A line of a service's log as a person reads it; a line of anything else as it is. */
export const readable = (line: string): string => {
  const entry = parsed(line);
  if (!entry?.message) return line;
  const { time = '', level = '', message, error } = entry;
  const head = `${time.slice(11, 19)} ${level.padEnd(5)} ${message}`;
  return error === undefined
    ? head
    : `${head}\n${error
        .split('\n')
        .map((one) => `  ${one}`)
        .join('\n')}`;
};

/** The end of a log, indented; empty when there is none. */
export const tailOf = (path: string): string => {
  if (!existsSync(path)) return '';
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).map(readable).join('\n');
  return lines
    .split('\n')
    .slice(-TAIL_LINES)
    .map((line) => INDENT + line)
    .join('\n');
};
