import { ESLint } from 'eslint';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { check, getFileInfo, resolveConfig } from 'prettier';
import { root } from '../commands/checkout.ts';
import { executorOf, type Checked } from './batch.ts';
import { projectFolderOf, ROOT_FOLDER } from './folders.ts';

/** Of the root: what is no project's, and not made by a command. */
const ELSEWHERE = ['node_modules', 'dist', 'coverage', 'libs', 'apps'];

const filesOf = (folder: string): readonly string[] =>
  globSync(folder === ROOT_FOLDER ? '**/*' : `${folder}/**/*`, {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) =>
      entry.name === 'node_modules' ||
      (folder === ROOT_FOLDER && entry.parentPath === root && ELSEWHERE.includes(entry.name)),
  })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const unformatted = async (folder: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const path of filesOf(folder)) {
    const file = join(root, path);
    const { ignored, inferredParser } = await getFileInfo(file, { ignorePath: join(root, '.prettierignore') });
    if (ignored || inferredParser === null) continue;
    const options = { ...(await resolveConfig(file)), filepath: file };
    if (!(await check(readFileSync(file, 'utf8'), options))) found.push(path);
  }
  return found;
};

/** One linter for all projects, so that their types are read once. */
const lint = async (folders: readonly string[]): Promise<ReadonlyMap<string, Checked>> => {
  const eslint = new ESLint({ cwd: root, errorOnUnmatchedPattern: false });
  const results = Map.groupBy(
    await eslint.lintFiles(folders.flatMap((folder) => filesOf(folder).filter((path) => path.endsWith('.ts')))),
    ({ filePath }) => projectFolderOf(filePath),
  );
  const formatter = await eslint.loadFormatter('stylish');
  const checked = new Map<string, Checked>();
  for (const folder of folders) {
    const ofProject = results.get(folder) ?? [];
    const files = await unformatted(folder);
    const faults = ofProject.reduce((sum, { errorCount, warningCount }) => sum + errorCount + warningCount, 0);
    checked.set(folder, {
      success: faults === 0 && files.length === 0,
      terminalOutput: [
        await formatter.format(ofProject),
        ...files.map((file) => `${file}: not as Prettier writes it (npm run format)`),
      ]
        .filter(Boolean)
        .join('\n'),
    });
  }
  return checked;
};

export const { one, all } = executorOf(lint);
