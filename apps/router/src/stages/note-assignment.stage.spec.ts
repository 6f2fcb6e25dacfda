import { inquiryAssigned } from '@sluice/contracts';
import { stageSpec } from '@sluice/stage/testing';
import { it } from 'vitest';
import { aClockPlaybook } from '../testing/clock-playbook.ts';
import { noteAssignment } from './note-assignment.stage.ts';

const given = stageSpec(noteAssignment, aClockPlaybook(1));
const assigned = (owner: string | null) => inquiryAssigned.v1.parse({
  inquiryId: '11111111-1111-5111-8111-111111111111', conversationId: '22222222-2222-5222-8222-222222222222', pool: 'sales', owner,
  status: owner === null ? 'held' : 'assigned', considered: [], assignedAt: '2026-01-05T09:00:00.000Z',
});

it('tells the clocks whose it is, and that it is nobody’s', () => {
  given(assigned('ada')).when(null).thenEmits({ signal: { kind: 'assigned', owner: 'ada' }, at: '2026-01-05T09:00:00.000Z' });
  given(assigned(null)).when(null).thenEmits({ signal: { kind: 'assigned', owner: null } });
});
