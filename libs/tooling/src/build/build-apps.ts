import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type OutputFile, type Plugin } from 'esbuild';

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
}

/** Workspace projects are bundled in, npm packages stay outside: they are patched and instrumented where they lie. */
const workspace = (root: string): Plugin => ({
  name: 'workspace',
  setup({ onResolve }) {
    onResolve({ filter: /^@sluice\// }, ({ path }) => {
      const [, name = '', ...rest] = path.split('/');
      const folder =
        ['libs', 'apps'].map((kind) => join(root, kind, name)).find((candidate) => existsSync(candidate)) ?? '';
      const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
      const target = exports[['.', ...rest].join('/')];
      return target ? { path: join(folder, target) } : { errors: [{ text: `${path} is not exported` }] };
    });
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path, external: true },
    );
  },
});

/** The apps that are services: those with a main. */
export const appNames = (root: string): readonly string[] =>
  readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'src', 'main.ts')));

export const bundlesOf = (root: string): string => join(root, 'dist', 'apps');

export interface BuildOptions {
  readonly outdir?: string;
  /** Names and layout are another's than the source's: nothing that processes of two builds share may hang on them. */
  readonly minify?: boolean;
  /** Apps to build; all unless told. */
  readonly names?: readonly string[];
}

/** Moved into place, and only where it is another: somebody may be reading the old one, or building too. */
const writeIfNew = ({ path, contents }: OutputFile): void => {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}.new`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
};

/** Bundles services to `<name>/main.js` in `outdir`, with the telemetry preload beside it. */
export const buildApps = async (
  root: string,
  { outdir = bundlesOf(root), minify = false, names = appNames(root) }: BuildOptions = {},
): Promise<readonly string[]> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [
      ...names.map((name) => ({ in: join(root, 'apps', name, 'src', 'main.ts'), out: `${name}/main` })),
      { in: join(root, 'libs', 'telemetry', 'src', 'register.ts'), out: 'telemetry' },
    ],
    outdir,
    write: false,
    minify,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap: true,
    logLevel: 'warning',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    plugins: [workspace(root)],
  });
  outputFiles.forEach(writeIfNew);
  return names;
};
