import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anEffect, aTicket } from '../testing/index.ts';
import { installedAs, vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { zendesk } from './zendesk.connector.ts';

const vendor: VendorSuite = {
  definition: zendesk,
  simulator: 'zendesk',
  kind: 'helpdesk.ticket',
  settings: (url) => ({ URL: url, EMAIL: 'agent@acme.example', TOKEN: 'secret' }),
  content: aTicket,
  applying: { path: '/api/v2/tickets', method: 'POST' },
};

vendorSuite(vendor);

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

  it('has one ticket for a conversation, and a note in it for each inquiry', async () => {
    const connector = await connected();
    const [first, second] = [ticket(), ticket()];
    const both = [first, { ...second, conversationId: first.conversationId }];
    const results = [];
    for (const effect of both) results.push(await connector.perform(effect));
    expect(new Set(results.map(({ parts }) => parts?.['ticket'])).size).toBe(1);
    const made = (await tickets()).filter(({ external_id: id }) => id === first.conversationId);
    expect(made).toHaveLength(1);
    const { applied } = await simulators.journal('zendesk');
    expect(both.map(({ effectId }) => applied[effectId])).toEqual([1, 1]);
  });

  it('keeps the ticket that was made when the note fails, and makes the note alone afterwards', async () => {
    const connector = await connected();
    const effect = ticket();
    await simulators.setFaults('zendesk', { faults: [{ path: '/comments', status: 503, count: 1 }] });
    const first = await connector.perform(effect);
    expect(first).toMatchObject({ kind: 'retry', parts: { ticket: expect.stringMatching(/^\d+$/) as unknown } });
    const again = await connector.perform({ ...effect, parts: first.parts ?? {} });
    expect(again).toMatchObject({ kind: 'confirmed', parts: { ticket: first.parts?.['ticket'] } });
    expect((await simulators.journal('zendesk')).applied[effect.effectId]).toBe(1);
  });

  it('whose credentials are refused says which settings to mend', async () => {
    await simulators.refuseAccess('zendesk', true);
    expect(await (await connected()).check?.([])).toEqual({
      kind: 'checked',
      faults: [{ target: null, reason: 'http-401', mend: expect.stringContaining('SLUICE_ZENDESK_TOKEN') as unknown }],
    });
  });

  it('refuses for good what Zendesk refuses: a group that is none', async () => {
    expect(await (await connected()).perform(ticket({ content: aTicket({ group: '9' }) }))).toMatchObject({
      kind: 'refuted',
      reason: 'http-422',
    });
  });

  it('does not take a content of another kind', async () => {
    expect(await (await connected()).perform(ticket({ content: { text: 'x' } }))).toEqual({
      kind: 'refuted',
      reason: 'content-not-readable',
    });
  });
});
