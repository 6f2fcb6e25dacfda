import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder this checkout lies in. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** Where the runs of a project of vitest say what became of each test, in a folder for each project of ours. */
export const tallyDir = (vitestProject: string): string => join(root, 'dist', 'tally', vitestProject);

/** Everything a run leaves behind. */
export const stateDir = join(root, '.sluice');
