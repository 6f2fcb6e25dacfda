import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { playbookHashOf, PlaybookError } from './parse-playbook.ts';
import type { Playbook } from './playbook.ts';
import type { Layer } from './resolve/effective.ts';
import { faultLine, headOf, readSources, type PlaybookSourceText, type ReadPlaybook } from './source/read-sources.ts';
import { withTerritoryFile } from './source/territory-file.ts';

export interface LoadedPlaybook {
  readonly playbook: Playbook;
  readonly hash: string;
  /** As it is stored: without what a build fills in by itself. */
  readonly document: unknown;
  /** What it was resolved from: the one it all starts from first, itself last. */
  readonly layers: readonly Layer[];
}

export interface PlaybookFolder {
  readonly playbooks: readonly LoadedPlaybook[];
  /** Which playbook is active for whom, as `activation.yaml` says; `*` stands for any. */
  readonly activations: readonly { readonly brand: string; readonly source: string; readonly hash: string }[];
}

const activationSchema = z.strictObject({
  activations: z
    .array(z.strictObject({ brand: z.string().default('*'), source: z.string().default('*'), playbook: z.string() }))
    .min(1),
});

const promptsIn = (folder: string): Readonly<Record<string, string>> => {
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.md'))
        .sort()
    : [];
  return Object.fromEntries(
    files.map((file) => [file.slice(0, -'.md'.length), readFileSync(join(folder, file), 'utf8').trim()]),
  );
};

const sourceIn = (root: string, name: string): PlaybookSourceText => {
  const file = join(root, name, 'playbook.yaml');
  if (!existsSync(file)) throw new PlaybookError(`there is no playbook "${name}"`);
  return {
    name,
    text: withTerritoryFile(join(root, name), readFileSync(file, 'utf8')),
    prompts: promptsIn(join(root, name, 'prompts')),
  };
};

/** What a playbook is resolved from: the one it all starts from first, itself last. @throws PlaybookError */
export const sourcesOf = (root: string, name: string, above: readonly string[] = []): readonly PlaybookSourceText[] => {
  if (above.includes(name)) throw new PlaybookError(`${name} extends itself, by way of ${above.join(', ')}`);
  const source = sourceIn(root, name);
  const { parent } = headOf(source.text);
  return parent === null ? [source] : [...sourcesOf(root, parent, [...above, name]), source];
};

/** Reads one playbook of a folder; mistakes in it are told with file, line and column. @throws PlaybookError when a file is missing. */
export const readPlaybook = (root: string, name: string): ReadPlaybook => readSources(sourcesOf(root, name));

const load = (root: string, name: string): LoadedPlaybook => {
  const { playbook, document, layers, faults } = readPlaybook(root, name);
  if (playbook === null)
    throw new PlaybookError([`reading playbook ${name}: it can not be used:`, ...faults.map(faultLine)].join('\n  '), {
      cause: faults,
    });
  return { playbook, hash: playbookHashOf(playbook), document, layers };
};

/** The playbooks of a folder that are in use by themselves, by name. */
export const playbookNames = (root: string): readonly string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'playbook.yaml')))
    .map(({ name }) => name)
    .sort()
    .filter((name) => !headOf(readFileSync(join(root, name, 'playbook.yaml'), 'utf8')).abstract);

/** For whom which playbook is, as `activation.yaml` says; nobody, where there is no such file. @throws ZodError */
export const bindingsIn = (
  root: string,
): readonly { readonly brand: string; readonly source: string; readonly playbook: string }[] => {
  const file = join(root, 'activation.yaml');
  return existsSync(file) ? activationSchema.parse(parseYaml(readFileSync(file, 'utf8'))).activations : [];
};

/** Reads a folder of playbooks, each layer over what it extends. @throws PlaybookError naming file, line, column and fault. */
export const loadPlaybooks = (root: string): PlaybookFolder => {
  const playbooks = playbookNames(root).map((name) => load(root, name));
  return {
    playbooks,
    activations: bindingsIn(root).map(({ brand, source, playbook }) => {
      const hash = playbooks.find((one) => one.playbook.name === playbook)?.hash;
      if (!hash) throw new PlaybookError(`activation.yaml: there is no playbook "${playbook}"`);
      return { brand, source, hash };
    }),
  };
};
