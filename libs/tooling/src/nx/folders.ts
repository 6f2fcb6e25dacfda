import { relative, sep } from 'node:path';
import { root } from '../commands/checkout.ts';

/** What lies outside libs and apps, and is the project of the root. */
export const ROOT_FOLDER = '.';

/** The folder of the project that a file belongs to: `libs/stage`, or `.`. */
export const projectFolderOf = (file: string): string => {
  const [kind = '', name = ''] = relative(root, file).split(sep);
  return kind === 'libs' || kind === 'apps' ? `${kind}/${name}` : ROOT_FOLDER;
};
