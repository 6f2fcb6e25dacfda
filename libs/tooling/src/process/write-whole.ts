import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes JSON so that a reader sees the old file or the new one, also when this process or the machine dies half-way. For the owner
 * only: state files hold secrets.
 */
export const writeWhole = (path: string, value: unknown): void => {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}.new`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, `${JSON.stringify(value, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
};

/** Null when there is no such file. @throws Error naming the file where it holds no JSON */
export const readWhole = <Value>(path: string): Value | null => {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Value;
  } catch (cause) {
    throw new Error(`reading ${path}: it holds no JSON; remove it if nothing of this checkout runs`, { cause });
  }
};
