import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';

interface Graph {
  readonly nodes: Readonly<
    Record<string, { readonly data: { readonly root: string; readonly targets: Readonly<Record<string, unknown>> } }>
  >;
  readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
}

const NX = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
const nx = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [NX, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' },
  });

let dir: string;
let graph: Graph;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-graph-'));
  const file = join(dir, 'graph.json');
  nx('graph', '--file', file);
  graph = (JSON.parse(readFileSync(file, 'utf8')) as { readonly graph: Graph }).graph;
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const folders = globSync('{libs,apps}/*/package.json', { cwd: root }).map((file) => dirname(file));
const targetsOf = (folder: string): readonly string[] =>
  Object.values(graph.nodes)
    .filter(({ data }) => data.root === folder)
    .flatMap(({ data }) => Object.keys(data.targets));

/** Whoever depends on a project, however indirectly, and itself. */
const dependents = (project: string): readonly string[] => {
  const found = new Set([project]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const [name, needs] of Object.entries(graph.dependencies))
      if (needs.some(({ target }) => found.has(target))) found.add(name);
  }
  return [...found].sort();
};

describe('the targets of projects', () => {
  it.each(folders)(
    '%s is linted and its types are checked; its tests and its build are targets where it has any',
    (folder) => {
      const has = (pattern: string, ignored: RegExp): boolean =>
        globSync(pattern, { cwd: join(root, folder) }).some((file) => !ignored.test(file));
      const expected = [
        'lint',
        'types',
        ...(has('src/**/*.spec.ts', /\.int\.spec\.ts$/u) ? ['unit'] : []),
        ...(has('src/**/*.int.spec.ts', /^$/u) ? ['int'] : []),
        ...(has('src/main.ts', /^$/u) ? ['build'] : []),
      ];
      expect([...targetsOf(folder)].sort()).toEqual([...expected].sort());
    },
  );

  it('are run for what depends on a change, and for nothing else', () => {
    const affected = JSON.parse(
      nx('show', 'projects', '--affected', '--files=libs/llm/src/fence.ts', '--json'),
    ) as readonly string[];
    // The classifier asks models; that its tests are repeated says that affected is not empty, or everything.
    expect(affected).toContain('@sluice/classifier');
    expect(affected).not.toContain('@sluice/ingest');
    expect([...affected].sort()).toEqual(dependents('@sluice/llm'));
  }, 60_000);
});

/** What a file of a project names outside of it: a folder of the root, or this checkout as a whole. */
const OUTSIDE = /[(,]\s*'(?:playbooks|docs|infra|fixtures|deploy|e2e)'[,)]|from '[./]*\/commands\/checkout\.ts'/u;

describe('what tests read outside their project', () => {
  it.each(folders)('%s names it, so that a remembered result does not hide a change of it', (folder) => {
    const readers = globSync('src/**/*.ts', { cwd: join(root, folder) })
      .filter((file) => /\.spec\.ts$|\.suite\.ts$|\/testing\//u.test(file) && !file.endsWith('.int.spec.ts'))
      .filter((file) => OUTSIDE.test(readFileSync(join(root, folder, file), 'utf8')));
    const { nx: own } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
      readonly nx: { readonly namedInputs?: { readonly outside?: readonly string[] } };
    };
    if ((own.namedInputs?.outside ?? []).length === 0) expect(readers).toEqual([]);
  });
});
