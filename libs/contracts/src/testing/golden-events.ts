import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const golden = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'golden');

/** The golden events of a type: one or several that every version of its contract reads. */
export const goldenEvents = (type: string): readonly Readonly<Record<string, unknown>>[] =>
  readdirSync(join(golden, type))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(golden, type, name), 'utf8')) as Readonly<Record<string, unknown>>);
