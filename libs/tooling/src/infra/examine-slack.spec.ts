import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';
import { examineSlack } from './examine-slack.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterAll(() => simulators.close());
const examined = () => examineSlack(root, { token: 'xoxb-1', apiUrl: simulators.addressOf('slack') });

it('finds nothing where there is no token, and nothing wrong where all is good', async () => {
  expect(await examineSlack(root, { token: undefined, apiUrl: undefined })).toEqual([]);
  expect(await examined()).toMatchObject([{ what: 'Slack', mend: null }]);
});

it('names a channel that an activated playbook posts to and nobody made, and a token that is no longer good', async () => {
  await simulators.addChannels(['sales'], 'gone');
  expect(await examined()).toEqual([
    {
      what: 'Slack',
      found: '#sales: channel_not_found',
      mend: expect.stringMatching(/^Create the channel/) as unknown,
    },
  ]);
  await simulators.setSlackAccess({ refusedWith: 'token_revoked' });
  expect(await examined()).toMatchObject([{ found: 'the token: token_revoked' }]);
});
