import { ESLint } from 'eslint';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import { check, resolveConfig } from 'prettier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const written: string[] = [];
const eslint = new ESLint({ cwd: root });

/** Puts a file where the rule looks, lints it as the repository is linted, and takes it away. */
const rulesBrokenBy = async (path: string, code: string): Promise<readonly (string | null)[]> => {
  const folder = path.replace('*', `lint-${randomUUID().slice(0, 8)}`);
  const file = join(root, folder);
  mkdirSync(dirname(file), { recursive: true });
  written.push(file);
  writeFileSync(file, `${code}\n`);
  const [result] = await eslint.lintFiles([file]);
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
};

beforeAll(() => {
  // Without a project graph the boundary rule warns and passes: then none of the layers below would be checked.
  execFileSync(
    process.execPath,
    [join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), 'graph', '--file', join(root, '.nx', 'graph.json')],
    {
      cwd: root,
      stdio: 'ignore',
      env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' },
    },
  );
}, 120_000);
afterAll(() => {
  for (const file of written) rmSync(file, { force: true });
});

const BOUNDARY = '@nx/enforce-module-boundaries';

describe('a layer refuses what lies above it', () => {
  it.each([
    {
      layer: 'kernel imports contracts',
      path: 'libs/kernel/src/*.ts',
      code: "import { topics } from '@sluice/contracts';\nexport const all = topics;",
    },
    {
      layer: 'kernel imports npm',
      path: 'libs/kernel/src/*.ts',
      code: "import { z } from 'zod';\nexport const schema = z.string();",
    },
    {
      layer: 'contract imports stage',
      path: 'libs/contracts/src/*.ts',
      code: "import { drop } from '@sluice/stage';\nexport const outcome = drop('x');",
    },
    {
      layer: 'contract imports a framework',
      path: 'libs/contracts/src/*.ts',
      code: "import { Module } from '@nestjs/common';\nexport const decorate = Module;",
    },
    {
      layer: 'core imports an adapter',
      path: 'libs/stage/src/*.ts',
      code: "import { createMemoryTransport } from '@sluice/transport';\nexport const open = createMemoryTransport;",
    },
    {
      layer: 'core imports a vendor',
      path: 'libs/policy/src/*.ts',
      code: "import fastify from 'fastify';\nexport const server = fastify;",
    },
    {
      layer: 'adapter imports the shell',
      path: 'libs/cache/src/*.ts',
      code: "import { runService } from '@sluice/service';\nexport const run = runService;",
    },
    {
      layer: 'adapter imports Nest',
      path: 'libs/llm/src/*.ts',
      code: "import { Module } from '@nestjs/common';\nexport const decorate = Module;",
    },
    {
      layer: 'shell imports an app',
      path: 'libs/service/src/*.ts',
      code: "import { followConversation } from '@sluice/router';\nexport const stage = followConversation;",
    },
    {
      layer: 'app imports another app',
      path: 'apps/router/src/*.ts',
      code: "import { scoreInquiry } from '@sluice/classifier';\nexport const stage = scoreInquiry;",
    },
  ])(
    '$layer',
    async ({ path, code }) => {
      expect(await rulesBrokenBy(path, code)).toContain(BOUNDARY);
    },
    60_000,
  );
});

describe('a vendor lives in one lib', () => {
  it.each([
    'kafkajs',
    'pg',
    'typeorm',
    'ioredis',
    'openai',
    '@slack/web-api',
    'standardwebhooks',
    '@opentelemetry/sdk-node',
    'pino',
  ])(
    '%s is refused in an app',
    async (vendor) => {
      expect(
        await rulesBrokenBy(
          'apps/router/src/*.ts',
          `import * as vendor from '${vendor}';\nexport const here = vendor;`,
        ),
      ).toContain('sluice/vendor-home');
    },
    60_000,
  );

  it('and allowed at home', async () => {
    expect(
      await rulesBrokenBy('libs/transport/src/*.ts', "import kafkajs from 'kafkajs';\nexport const client = kafkajs;"),
    ).not.toContain('sluice/vendor-home');
  }, 60_000);
});

describe('a decision is pure', () => {
  const body = (line: string): string => `export const decide = (): unknown => {\n  ${line}\n};`;
  it.each([
    { what: 'a clock', code: body('return Date.now();') },
    { what: 'a new date', code: body('return new Date();') },
    { what: 'randomness', code: body('return Math.random();') },
    { what: 'the process', code: body('return process.pid;') },
    { what: 'the network', code: body("return fetch('http://x.example');") },
    { what: 'a timer', code: body('return setTimeout(() => undefined, 1);') },
    { what: 'the file system', code: "import { readFileSync } from 'node:fs';\nexport const decide = readFileSync;" },
    { what: 'a promise', code: 'export const decide = async (): Promise<number> => 1;' },
    { what: 'a port as a value', code: "import { port } from '../ports/some.port.ts';\nexport const decide = port;" },
  ])(
    '$what is refused',
    async ({ code }) => {
      expect(await rulesBrokenBy('apps/router/src/domain/*.ts', code)).toContain('sluice/pure-decision');
      expect(await rulesBrokenBy('apps/router/src/stages/*.stage.ts', code)).toContain('sluice/pure-decision');
    },
    60_000,
  );

  it('but gather may be async', async () => {
    expect(
      await rulesBrokenBy(
        'apps/router/src/stages/*.stage.ts',
        'export const stage = { gather: async (): Promise<number> => 1 };',
      ),
    ).not.toContain('sluice/pure-decision');
  }, 60_000);
});

describe('house rules', () => {
  it.each([
    {
      rule: 'sluice/environment-in-config',
      path: 'apps/router/src/*.ts',
      code: "export const port = process.env['PORT'];",
    },
    { rule: 'sluice/telling-folders', path: 'libs/stage/src/utils/*.ts', code: 'export const x = 1;' },
    {
      rule: 'sluice/whole-tests',
      path: 'libs/stage/src/*.spec.ts',
      code: "import { it } from 'vitest';\nit.only('runs', () => undefined);",
    },
    {
      rule: 'sluice/whole-tests',
      path: 'libs/stage/src/*.spec.ts',
      code: "import { expect, it } from 'vitest';\nit('says nothing', () => { expect(1).toBeDefined(); });",
    },
    {
      rule: 'sluice/whole-tests',
      path: 'libs/stage/src/*.spec.ts',
      code: "import { setTimeout as sleep } from 'node:timers/promises';\nexport const wait = sleep;",
    },
    { rule: 'no-restricted-syntax', path: 'libs/stage/src/*.ts', code: 'export enum Colour { Red }' },
    { rule: 'no-restricted-syntax', path: 'libs/stage/src/*.ts', code: 'export default 1;' },
    {
      rule: '@typescript-eslint/no-explicit-any',
      path: 'libs/stage/src/*.ts',
      code: 'export const x = (y: any): unknown => y;',
    },
    { rule: '@typescript-eslint/no-floating-promises', path: 'libs/stage/src/*.ts', code: 'Promise.resolve(1);' },
    {
      rule: '@typescript-eslint/consistent-type-imports',
      path: 'libs/stage/src/*.ts',
      code: "import { Outcome } from './outcome.ts';\nexport type Mine = Outcome<never>;",
    },
    {
      rule: '@typescript-eslint/switch-exhaustiveness-check',
      path: 'libs/stage/src/*.ts',
      code: "export const f = (x: 'a' | 'b'): number => {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n};",
    },
    { rule: 'no-warning-comments', path: 'libs/stage/src/*.ts', code: '// TODO later\nexport const x = 1;' },
    {
      rule: 'max-params',
      path: 'libs/stage/src/*.ts',
      code: 'export const f = (a: number, b: number, c: number, d: number): number => a + b + c + d;',
    },
    {
      rule: 'max-depth',
      path: 'libs/stage/src/*.ts',
      code: 'export const f = (x: number): number => {\n  if (x > 1) { if (x > 2) { if (x > 3) { if (x > 4) { return 1; } } } }\n  return 0;\n};',
    },
    {
      rule: 'complexity',
      path: 'libs/stage/src/*.ts',
      code: `export const f = (x: number): number => {\n${Array.from({ length: 13 }, (_, n) => `  if (x === ${n}) return ${n};`).join('\n')}\n  return -1;\n};`,
    },
  ])(
    '$rule fires',
    async ({ rule, path, code }) => {
      expect(await rulesBrokenBy(path, code)).toContain(rule);
    },
    60_000,
  );
});

describe('formatting', () => {
  it('refuses a file that Prettier would write otherwise, and takes one that it would not', async () => {
    const path = join(root, 'libs', 'stage', 'src', 'some-file.ts');
    const options = { ...(await resolveConfig(path)), filepath: path };
    expect(await check('export const x = "two quotes";\n', options)).toBe(false);
    expect(await check("export const x = 'one quote';\n", options)).toBe(true);
    expect(await check(`export const x = [${"'a line', ".repeat(12)}];\n`, options)).toBe(false);
  });
});
