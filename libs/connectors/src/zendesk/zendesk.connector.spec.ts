import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anEffect, aTicket } from '../testing/index.ts';
import { ticketSuite } from '../testing/ticket-suite.ts';
import { installedAs, type VendorSuite } from '../testing/vendor-suite.ts';
import { zendesk } from './zendesk.connector.ts';

const vendor: VendorSuite = {
  definition: zendesk,
  simulator: 'zendesk',
  kind: 'helpdesk.ticket',
  settings: (url) => ({ URL: url, EMAIL: 'agent@acme.example', TOKEN: 'secret' }),
  content: aTicket,
  applying: { path: '/api/v2/tickets', method: 'POST' },
};

ticketSuite({ ...vendor, notes: '/comments', mend: 'SLUICE_ZENDESK_TOKEN' });

describe('Zendesk', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterEach(async () => {
    await simulators.clearFaults('zendesk');
    await simulators.refuseAccess('zendesk', false);
  });
  afterAll(() => simulators.close());
  const connected = () => installedAs(vendor, { url: simulators.addressOf('zendesk'), timeoutMs: 2_000 });
  const ticket = (over: object = {}) =>
    anEffect({ kind: 'helpdesk.ticket', target: 'zendesk', content: aTicket(), ...over });
  const tickets = async () => (await simulators.objects('zendesk'))['tickets'] ?? [];

  it('gets a ticket with what an agent needs, as a note that the customer does not see', async () => {
    const effect = ticket({ content: aTicket({ group: '101' }) });
    await (await connected()).perform(effect);
    const [made] = (await tickets()).filter(({ external_id: id }) => id === effect.conversationId);
    expect(made).toMatchObject({
      subject: 'Fifty seats',
      priority: 'high',
      group_id: 101,
      tags: ['sales', 'big_deal'],
      requester: { name: 'Jane van Doe' },
    });
    expect(made?.['description']).toContain('Wants fifty seats by March.');
    const comments = (await simulators.objects('zendesk'))['comments'] ?? [];
    expect(comments.filter(({ ticket_id: id }) => String(id) === made?.['id'])).toMatchObject([{ public: false }]);
  });

  it('refuses for good what Zendesk refuses: a group that is none', async () => {
    expect(await (await connected()).perform(ticket({ content: aTicket({ group: '9' }) }))).toMatchObject({
      kind: 'refuted',
      reason: 'http-422',
    });
  });
});
