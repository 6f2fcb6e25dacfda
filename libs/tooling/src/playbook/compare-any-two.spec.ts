import { readCases } from '@sluice/policy/cases';
import { loadPlaybooks } from '@sluice/policy/files';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';
import { changedDecisions } from './compare.ts';

const folder = join(root, 'playbooks');
const all = loadPlaybooks(folder).playbooks.map(({ playbook }) => ({
  name: playbook.name,
  playbook,
  cases: readCases(readFileSync(join(folder, playbook.name, 'fixtures', 'cases.yaml'), 'utf8')).cases,
}));

/** Three of each are enough to tell any two apart, and few enough for all pairs. */
const EACH = 3;
const cases = all.flatMap((one) => one.cases.slice(0, EACH));

describe.each(all)('$name', ({ name, playbook }) => {
  it('can be compared with every other on the same inquiries, and is told apart from each', { timeout: 60_000 }, () => {
    const differing = all
      .filter((other) => changedDecisions(playbook, other.playbook, cases).length > 0)
      .map((other) => other.name);
    expect(differing).toEqual(all.map((other) => other.name).filter((other) => other !== name));
  });
});
