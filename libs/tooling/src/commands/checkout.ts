import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder this checkout lies in. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** Everything a run leaves behind. */
export const stateDir = join(root, '.sluice');
