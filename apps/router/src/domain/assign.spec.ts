import { loadPlaybooks } from '@sluice/policy/files';
import type { Playbook } from '@sluice/policy';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assign } from './assign.ts';
import { emptyRotation } from './rotation.ts';

const { playbooks } = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks'));
const [first] = playbooks;
if (!first) throw new Error('there is no playbook');

const owner = (key: string, away = false) => ({ key, skills: [], territories: [], languages: [], weight: 1, capacity: null, away });
const withPools = (pools: Playbook['pools']): Playbook => ({ ...first.playbook, pools });
const spec = { inquiryId: 'inquiry', pool: 'sales', needs: { skills: [], territory: null, language: null } };

describe('an owner', () => {
  it('is chosen from the pool', () => {
    const playbook = withPools({ sales: { owners: [owner('ada')], noneAvailable: { do: 'hold' } } });
    expect(assign(playbook, spec, emptyRotation)).toMatchObject({ owner: 'ada', status: 'assigned' });
  });

  it('is waited for where the playbook says hold', () => {
    const playbook = withPools({ sales: { owners: [owner('ada', true)], noneAvailable: { do: 'hold' } } });
    expect(assign(playbook, spec, emptyRotation)).toMatchObject({ owner: null, status: 'held', state: { waiting: ['inquiry'] }, considered: [{ owner: 'ada', excludedBecause: 'away' }] });
  });

  it('is the named one where the playbook says default', () => {
    const playbook = withPools({ sales: { owners: [owner('ada', true)], noneAvailable: { do: 'default', owner: 'ada' } } });
    expect(assign(playbook, spec, emptyRotation)).toMatchObject({ owner: 'ada', status: 'defaulted' });
  });

  it('comes from another pool where the playbook says overflow', () => {
    const playbook = withPools({ sales: { owners: [], noneAvailable: { do: 'overflow', pool: 'desk' } }, desk: { owners: [owner('desk-one')], noneAvailable: { do: 'hold' } } });
    expect(assign(playbook, spec, emptyRotation)).toMatchObject({ owner: 'desk-one', status: 'overflowed' });
  });

  it('is waited for when the other pool has nobody either', () => {
    const playbook = withPools({ sales: { owners: [], noneAvailable: { do: 'overflow', pool: 'desk' } }, desk: { owners: [owner('desk-one', true)], noneAvailable: { do: 'hold' } } });
    expect(assign(playbook, spec, emptyRotation)).toMatchObject({ owner: null, status: 'held' });
  });
});
