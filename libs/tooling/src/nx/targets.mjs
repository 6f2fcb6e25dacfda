// The targets of every project, said once. Nx reads this file as a plugin (nx.json); what each reads and leaves is in
// `targetDefaults` there. A project is a folder of libs/ or apps/ with a package.json; what lies outside them (end-to-end tests,
// tools, configuration) is the project of the root.
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';

const command = (line) => ({ executor: 'nx:run-commands', options: { command: line, cwd: '{workspaceRoot}' } });

const ours = (name) => ({ executor: `@sluice/tooling:${name}` });

const hasSpecs = (folder, kind) =>
  globSync(kind === 'int' ? 'src/**/*.int.spec.ts' : 'src/**/*.spec.ts', { cwd: folder }).some(
    (file) => kind === 'int' || !file.endsWith('.int.spec.ts'),
  );

const targetsOf = (root, workspaceRoot) => {
  const folder = join(workspaceRoot, root);
  return {
    lint: ours('lint'),
    types: ours('types'),
    ...(hasSpecs(folder, 'unit') ? { unit: ours('unit') } : {}),
    // Needs servers whose addresses stand in the environment, as `npm test` gives them.
    ...(hasSpecs(folder, 'int') ? { int: command(`vitest run --project int ${root}/`) } : {}),
    ...(existsSync(join(folder, 'src', 'main.ts'))
      ? {
          build: command(
            `node --disable-warning=ExperimentalWarning libs/tooling/src/commands/build.ts ${root.split('/').at(-1)}`,
          ),
        }
      : {}),
  };
};

const rootTargets = { lint: ours('lint'), types: ours('types') };

export const name = '@sluice/tooling/targets';

export const createNodes = [
  '{package.json,{libs,apps}/*/package.json}',
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      const project =
        root === '.' ? { name: 'sluice', targets: rootTargets } : { targets: targetsOf(root, workspaceRoot) };
      return [file, { projects: { [root]: project } }];
    }),
];
