import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaited, documentSchema, fieldsOf, published } from '@sluice/policy/reference';
import { expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';

/** What the policy itself reads, before any service does. */
const READ_HERE = ['maxMinutes'];
const NO_SERVICE =
  /^libs\/(?:policy|tooling|testing|chaos)\/|^apps\/simulators\/|\.spec\.ts$|\.suite\.ts$|\/testing\/|\/measure\//u;

const wordsOfServices = (): ReadonlySet<string> =>
  new Set(
    globSync('{apps,libs}/*/src/**/*.ts', { cwd: root })
      .filter((file) => !NO_SERVICE.test(file))
      .flatMap((file) => readFileSync(join(root, file), 'utf8').match(/[A-Za-z_]\w*/gu) ?? []),
  );

const keyOf = (path: string): string =>
  path
    .replaceAll('[]', '')
    .split('.')
    .findLast((part) => part !== '<name>') ?? '';

it('a field of a playbook that no service reads is marked on the page', () => {
  const words = wordsOfServices();
  const unread = fieldsOf(documentSchema()).filter(({ path, isLeaf }) => isLeaf && !words.has(keyOf(path)));
  expect(unread.length).toBeGreaterThan(20);
  expect(
    unread
      .filter(({ path }) => awaited(path) === null)
      .map(({ path }) => keyOf(path))
      .sort(),
  ).toEqual(READ_HERE);
  expect(published().at(-1)?.text).toMatch(/^\| `rollout\.shadowDays` ⚑ ◌ .*\. Not yet: evaluation \|$/mu);
});
