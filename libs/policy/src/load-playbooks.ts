import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { mergeLayers } from './merge.ts';
import { parsePlaybook, playbookHashOf, PlaybookError } from './parse-playbook.ts';
import type { Playbook } from './playbook.ts';

export interface LoadedPlaybook {
  readonly playbook: Playbook;
  readonly hash: string;
}

export interface PlaybookFolder {
  readonly playbooks: readonly LoadedPlaybook[];
  /** Which playbook is active for whom, as `activation.yaml` says; `*` stands for any. */
  readonly activations: readonly { readonly brand: string; readonly source: string; readonly hash: string }[];
}

const activationSchema = z.strictObject({ activations: z.array(z.strictObject({ brand: z.string().default('*'), source: z.string().default('*'), playbook: z.string() })).min(1) });
const layerSchema = z.looseObject({ extends: z.string().optional(), abstract: z.boolean().optional() });

/** Every `prompts/<field>.md` beside a playbook is its extraction's text of that name. */
const withPrompts = (folder: string, layer: Readonly<Record<string, unknown>>): unknown => {
  const path = join(folder, 'prompts', 'extraction.md');
  return existsSync(path) ? mergeLayers({ extraction: { instructions: readFileSync(path, 'utf8').trim() } }, layer) : layer;
};

const readLayer = (root: string, name: string) => {
  const folder = join(root, name);
  const { extends: parent, abstract = false, ...layer } = layerSchema.parse(parseYaml(readFileSync(join(folder, 'playbook.yaml'), 'utf8')));
  return { parent, abstract, layer: withPrompts(folder, layer) };
};

const resolve = (root: string, name: string, below: readonly string[] = []): unknown => {
  if (below.includes(name)) throw new PlaybookError(`${name} extends itself, by way of ${below.join(', ')}`);
  const { parent, layer } = readLayer(root, name);
  return parent ? mergeLayers(resolve(root, parent, [...below, name]), layer) : layer;
};

const load = (root: string, name: string): LoadedPlaybook => {
  try {
    const playbook = parsePlaybook(resolve(root, name));
    return { playbook, hash: playbookHashOf(playbook) };
  } catch (cause) {
    throw new PlaybookError(`reading playbook ${name}: ${cause instanceof Error ? cause.message : 'unreadable'}`, { cause });
  }
};

/** Reads a folder of playbooks, each layer over what it extends. @throws PlaybookError naming playbook, path and fault. */
export const loadPlaybooks = (root: string): PlaybookFolder => {
  const names = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'playbook.yaml'))).map(({ name }) => name);
  const playbooks = names.filter((name) => !readLayer(root, name).abstract).map((name) => load(root, name));
  const { activations } = activationSchema.parse(parseYaml(readFileSync(join(root, 'activation.yaml'), 'utf8')));
  return {
    playbooks,
    activations: activations.map(({ brand, source, playbook }) => {
      const hash = playbooks.find((one) => one.playbook.name === playbook)?.hash;
      if (!hash) throw new PlaybookError(`activation.yaml: there is no playbook "${playbook}"`);
      return { brand, source, hash };
    }),
  };
};
