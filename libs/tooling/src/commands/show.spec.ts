import { describe, expect, it } from 'vitest';
import { heading, lineOf, type Shown } from './show.ts';

const sent = { shown: 'chief executive who wants a demo', inquiryId: '3f0c9d2e-aaaa-4bbb-8ccc-000000000000' };
const shown: Shown = {
  state: 'assigned',
  category: 'lead',
  label: 'A',
  score: 75,
  queue: 'sales-priority',
  owner: 'ada',
  reason: null,
  settled: true,
  tookMs: 1_454,
  effects: [
    { kind: 'slack.message', target: '#leads-hot', state: 'confirmed' },
    { kind: 'webhook.delivery', target: 'subscribers', state: 'failed' },
  ],
};

describe('the line of an inquiry', () => {
  it('says in one line what it is, whose it is, who was told, and how long it took', () => {
    expect(lineOf(sent, shown)).toBe(
      '  3f0c9d2e  chief executive who wants a demo  lead A         75  sales-priority  ada           1.45 s  –           Slack #leads-hot ✔, webhook subscribers failed',
    );
  });

  it('stands under the heading', () => {
    const mail = { kind: 'mail.reply', target: 'smtp', state: 'confirmed' };
    const line = lineOf(sent, { ...shown, effects: [mail, ...shown.effects] });
    for (const [title, value] of [
      ['INQUIRY', '3f0c9d2e'],
      ['CATEGORY', 'lead A'],
      ['QUEUE', 'sales-priority'],
      ['OWNER', 'ada'],
      ['TOOK', '1.45 s'],
      ['ANSWERED', 'by mail ✔'],
      ['WHO IS TOLD', 'Slack'],
    ]) {
      expect([title, heading.indexOf(title ?? '')]).toEqual([title, line.indexOf(value ?? '')]);
    }
  });

  it('shows no score where the playbook gives no label: there is none to give', () => {
    expect(lineOf(sent, { ...shown, category: 'billing', label: null, score: 0, queue: 'finance' })).toMatch(
      /billing\s+–\s+finance/,
    );
  });

  it('says why nobody is told', () => {
    const line = lineOf(sent, {
      ...shown,
      state: 'dropped',
      category: null,
      label: null,
      score: null,
      queue: null,
      owner: null,
      reason: 'disposable-address',
      effects: [],
      tookMs: null,
    });
    expect(line).toMatch(/–\s+–\s+–\s+–\s+–\s+nobody: dropped, disposable-address$/);
    expect(lineOf(sent, { ...shown, state: 'routed', queue: 'dropped', owner: null, effects: [] })).toMatch(
      /dropped\s+–\s+1\.45 s\s+–\s+nobody$/,
    );
  });
});
