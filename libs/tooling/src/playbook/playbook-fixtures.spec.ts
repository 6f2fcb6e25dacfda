import { scoreInquiry } from '@sluice/classifier';
import type { PlaybookHash } from '@sluice/kernel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playbookSchema } from '@sluice/policy';
import { casesOf, inquiryOfCase } from '@sluice/policy/cases';
import { loadPlaybooks } from '@sluice/policy/files';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root as checkout } from '../commands/checkout.ts';
import { decideCase, seenIn } from './decide-case.ts';

const root = join(checkout, 'playbooks');
const { playbooks } = loadPlaybooks(root);

/** The columns of the table in acceptance.md 3.3. */
const TWELVE = [
  'auto-reply',
  'base',
  'customer-ops',
  'email-to-crm',
  'inbox-triage',
  'instant-response',
  'lead-lifecycle',
  'lead-qual',
  'revops',
  'speed-to-lead',
  'support-autopilot',
  'support-router',
];

const NO_USAGE = {
  model: 'small',
  promptHash: null,
  cached: false,
  repaired: false,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
};

/** The keys of every object from last to first, as a store might give them back. */
const reordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reordered(inner)]),
  );
};

it('there are the twelve playbooks', () =>
  expect(playbooks.map(({ playbook }) => playbook.name).sort()).toEqual(TWELVE));

describe.each(playbooks.map(({ playbook }) => ({ name: playbook.name, playbook })))(
  'playbook $name',
  ({ name, playbook }) => {
    const cases = casesOf(parse(readFileSync(join(root, name, 'fixtures', 'cases.yaml'), 'utf8')));

    it('has at least twenty cases, each with a name of its own', () =>
      expect(new Set(cases.map((one) => one.name)).size).toBeGreaterThanOrEqual(20));

    it.each(cases)('$name', (one) => {
      const seen = seenIn(decideCase(playbook, one));
      const { flags = [], not = [], ...rest } = one.expect;
      expect(seen).toMatchObject(rest);
      expect(seen.flags).toEqual(expect.arrayContaining(flags));
      expect(not.filter((flag) => seen.flags.includes(flag))).toEqual([]);
    });

    it('explains every score: it is the sum of its reasons', () => {
      for (const one of cases) {
        const { decision } = decideCase(playbook, one).scored;
        expect([one.name, decision.reasons.reduce((sum, { points }) => sum + points, 0)]).toEqual([
          one.name,
          decision.score,
        ]);
      }
    });

    it('decides the same again from the same facts', () => {
      for (const one of cases) expect(decideCase(playbook, one)).toEqual(decideCase(playbook, one));
    });

    it('decides the same when it comes back from a store that orders keys its own way', () => {
      const stored = playbookSchema.parse(reordered(playbook));
      for (const one of cases)
        expect(JSON.stringify(decideCase(stored, one))).toBe(JSON.stringify(decideCase(playbook, one)));
    });

    it('asks a model where no rule has settled it, and none where one has', async () => {
      const moment = { playbook, playbookHash: '0'.repeat(64) as PlaybookHash, signal: AbortSignal.timeout(60_000) };
      for (const one of cases) {
        let asked = 0;
        const reader = {
          read: async () => {
            asked += 1;
            return { kind: 'understood', fields: {}, usage: NO_USAGE } as const;
          },
        };
        await scoreInquiry.gather(inquiryOfCase(one), { reader }, moment);
        expect([one.name, asked]).toEqual([one.name, one.asked && playbook.model.ask !== 'never' ? 1 : 0]);
      }
    });

    it('takes every route in some case', () => {
      const taken = new Set(cases.map((one) => decideCase(playbook, one).routed.routing.rule));
      expect(playbook.routes.map(({ id }) => id).filter((id) => !taken.has(id))).toEqual([]);
    });

    it('has every rule and guard hold in some case', () => {
      const held = new Set(cases.flatMap((one) => decideCase(playbook, one).scored.decision.flags));
      expect(
        [...playbook.rules, ...playbook.guards].map(({ id }) => id).filter((id) => !held.has(`rule:${id}`)),
      ).toEqual([]);
    });
  },
);
