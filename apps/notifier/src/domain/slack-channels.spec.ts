import { parsePlaybook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import { expect, it } from 'vitest';
import { slackChannelsOf } from './slack-channels.ts';

const slack = {
  channels: { all: '#sales' },
  otherwise: '#inbox',
  review: '#review',
};
const playbook = (over: object = {}, mode = 'live') =>
  parsePlaybook(
    aDocument({
      sinks: { slack: { ...slack, mode }, webhooks: [{ name: 'pager', mode: mode === 'off' ? 'off' : 'live' }] },
      sla: {
        ladders: {
          late: [
            { id: 'first', at: 1, do: [{ do: 'tell-queue' }, { do: 'tell', channel: '#on-call' }] },
            { id: 'second', at: 2, do: [{ do: 'webhook', name: 'pager' }] },
          ],
        },
      },
      ...over,
    }),
  );
const live = { ceiling: 'live', sandbox: '#sandbox' } as const;

it('are those of the queues, the review, everything else, and the ladders', () => {
  expect(slackChannelsOf(playbook(), live)).toEqual(['#sales', '#inbox', '#review', '#on-call']);
});

it('are those of every brand, channel and intent that differs, too', () => {
  const overrides = {
    brand: { acme: { sinks: { slack: { otherwise: '#acme' } } } },
    channel: { mail: { sinks: { slack: { review: '#mail' } } } },
  };
  expect(slackChannelsOf(playbook({ overrides }), live)).toEqual(expect.arrayContaining(['#acme', '#mail', '#inbox']));
});

it.each([
  ['off', 'live', []],
  ['live', 'propose', []],
  ['sandbox', 'live', ['#sandbox']],
  ['live', 'sandbox', ['#sandbox']],
] as const)('of a playbook that is %s in a deployment that may do %s are %o', (mode, ceiling, expected) => {
  expect(slackChannelsOf(playbook({}, mode), { ...live, ceiling })).toEqual(expected);
});
