import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { caseSchema } from '@sluice/policy/cases';
import { readPlaybook } from '@sluice/policy/files';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';
import { decideCase, seenIn } from './decide-case.ts';

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'territories-'));
  for (const folder of ['playbooks', 'infra']) cpSync(join(root, folder), join(copy, folder), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true }));

it('infra/routing.json decides whose a lead is: another team in the file, another pool', () => {
  const teams = {
    US: 'emea-team@company.com',
    CA: 'canada-team@company.com',
    UK: 'emea-team@company.com',
    DEFAULT: 'canada-team@company.com',
  };
  writeFileSync(join(copy, 'infra', 'routing.json'), JSON.stringify(teams));
  const { playbook } = readPlaybook(join(copy, 'playbooks'), 'revops');
  if (!playbook) throw new Error('the playbook can not be read');
  const poolFor = (country: string): unknown => {
    const one = {
      name: country,
      inquiry: { country, employees: 300, industry: 'SaaS' },
      reading: { category: 'lead', fit: 'strong', confidence: 0.9 },
      expect: {},
    };
    return seenIn(decideCase(playbook, caseSchema.parse(one))).pool;
  };
  expect(['US', 'CA', 'GB', 'FR', 'BR'].map(poolFor)).toEqual([
    'emea-team',
    'canada-team',
    'emea-team',
    'canada-team',
    'canada-team',
  ]);
});
