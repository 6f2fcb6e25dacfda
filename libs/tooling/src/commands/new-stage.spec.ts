import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './checkout.ts';
import { makeStage } from './new-stage.ts';

const stage = { app: 'router', name: 'weigh-inquiry', consumes: 'inquiry.scored.v1', produces: 'inquiry.routed.v1' };
const readme = join(root, 'apps', stage.app, 'README.md');
let before = '';
let files: readonly string[] = [];

beforeAll(() => {
  before = readFileSync(readme, 'utf8');
  files = makeStage(root, stage);
});
afterAll(() => {
  writeFileSync(readme, before);
  for (const file of files.filter((one) => one !== readme)) rmSync(file, { force: true });
});

describe('a new stage', () => {
  it('has its row in the README', () => {
    expect(readFileSync(readme, 'utf8')).toContain('| weigh-inquiry | `inquiry.scored.v1` | `inquiry.routed.v1` |');
  });

  it('passes lint', async () => {
    const results = await new ESLint({ cwd: root }).lintFiles(files.filter((file) => file.endsWith('.ts')));
    expect(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`))).toEqual(
      [],
    );
  }, 60_000);

  it('passes the compiler', () => {
    // Only its own lines count: the lint fixtures come and go beside it.
    const { stdout } = spawnSync(
      process.execPath,
      [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', root],
      { encoding: 'utf8' },
    );
    expect(stdout.split('\n').filter((line) => line.includes('weigh-inquiry'))).toEqual([]);
  }, 120_000);

  it('passes its own tests', () => {
    const output = execFileSync(
      process.execPath,
      [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'unit', files[1] ?? ''],
      { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
    );
    expect(output).toMatch(/Tests\s+2 passed/);
  }, 120_000);

  it.each([
    { wrong: { ...stage, name: 'inquiry' }, says: 'verb-noun' },
    { wrong: { ...stage, app: 'nowhere' }, says: 'no app "nowhere"' },
    { wrong: { ...stage, name: 'measure-inquiry', consumes: 'scored' }, says: 'is no event' },
    { wrong: stage, says: 'is there already' },
  ])('is refused when $says', ({ wrong, says }) => {
    expect(() => makeStage(root, wrong)).toThrow(says);
  });
});
