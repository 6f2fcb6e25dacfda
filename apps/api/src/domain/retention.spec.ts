import { parsePlaybook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import { expect, it } from 'vitest';
import { strictestRetention } from './retention.ts';

const playbook = (retention: object, overrides: object = {}) =>
  parsePlaybook(aDocument({ retention: { rawDays: 30, ...retention }, overrides }));

it.each([
  { what: 'one that says the least', playbooks: [playbook({})], terms: { contentDays: 30, auditDays: null } },
  {
    what: 'the strictest of several',
    playbooks: [playbook({ rawDays: 90, auditDays: 400 }), playbook({ rawDays: 60, auditDays: 365 }), playbook({})],
    terms: { contentDays: 30, auditDays: 365 },
  },
  {
    what: 'normalised text that goes earlier than raw',
    playbooks: [playbook({ normalisedDays: 7 })],
    terms: { contentDays: 7, auditDays: null },
  },
  {
    what: 'an override that asks for less',
    playbooks: [
      playbook(
        { rawDays: 30 },
        { brand: { acme: { retention: { rawDays: 3 } } }, channel: { mail: { retention: { auditDays: 90 } } } },
      ),
    ],
    terms: { contentDays: 3, auditDays: 90 },
  },
  { what: 'nobody', playbooks: [], terms: null },
])('retention is that of $what', ({ playbooks, terms }) => {
  expect(strictestRetention(playbooks)).toEqual(terms);
});
