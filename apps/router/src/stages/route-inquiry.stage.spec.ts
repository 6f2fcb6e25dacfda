import { inquiryScored, type InquiryScored } from '@sluice/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPlaybooks } from '@sluice/policy/files';
import { stageSpec } from '@sluice/stage/testing';
import { describe, it } from 'vitest';
import { routeInquiry } from './route-inquiry.stage.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const customerOps = loadPlaybooks(join(root, 'playbooks')).playbooks.find(
  ({ playbook }) => playbook.name === 'customer-ops',
)?.playbook;
if (!customerOps) throw new Error('there is no customer-ops');
const given = stageSpec(routeInquiry, customerOps);

const golden = JSON.parse(
  readFileSync(join(root, 'libs', 'contracts', 'golden', 'inquiry.scored.v1', 'first.json'), 'utf8'),
) as InquiryScored;
const scored = (category: string, receivedAt: string) =>
  inquiryScored.v1.parse({ ...golden, receivedAt, decision: { ...golden.decision, category } });

describe('route-inquiry', () => {
  it('promises by the open hours of the playbook: a lead of Friday 16:30 is due on Monday (T-06)', () => {
    given(scored('lead', '2026-01-09T21:30:00.000Z'))
      .when(null)
      .thenEmits(
        {
          routing: {
            sla: [
              { clock: 'acknowledgement', minutes: 2, dueAt: '2026-01-09T21:32:00.000Z' },
              { clock: 'first_human', minutes: 120, dueAt: '2026-01-12T15:30:00.000Z' },
              { clock: 'followup', minutes: 480, dueAt: '2026-01-12T21:30:00.000Z' },
            ],
          },
        },
        {},
        {},
      );
  });

  it('tells the clocks of the conversation what it promises, from when the message came in', () => {
    given(scored('lead', '2026-01-09T21:30:00.000Z'))
      .when(null)
      .thenEmits(
        { routedAt: '2026-01-05T09:00:00.000Z' },
        {
          signal: { kind: 'customer-wrote', rule: 'lead', queue: 'sales', priority: golden.decision.priority },
          at: '2026-01-09T21:30:00.000Z',
          by: 'route-inquiry',
        },
        { pool: 'sales' },
      );
  });

  it('says for whom it promises, so that the clocks keep to the same overrides', () => {
    const { brand, channel } = scored('lead', '2026-01-09T21:30:00.000Z');
    given(scored('lead', '2026-01-09T21:30:00.000Z'))
      .when(null)
      .thenEmits({}, { signal: { scope: { brand, channel, intent: 'lead' } } }, {});
  });

  it('promises nothing for what it closes', () => {
    given(scored('spam', '2026-01-09T21:30:00.000Z'))
      .when(null)
      .thenEmits({ routing: { closed: true } });
  });
});
