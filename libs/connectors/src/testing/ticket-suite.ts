import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anEffect } from './an-effect.ts';
import { aTicket } from './a-record.ts';
import { installedAs, vendorSuite, type VendorSuite } from './vendor-suite.ts';

/** The conformance kit, and what every helpdesk must do besides: one ticket for a conversation, a note for each inquiry. */
export const ticketSuite = (
  vendor: Omit<VendorSuite, 'kind' | 'content'> & { readonly mend: string; readonly notes: string },
): void => {
  const ofTickets: VendorSuite = { ...vendor, kind: 'helpdesk.ticket', content: aTicket };
  const { simulator, definition } = vendor;
  vendorSuite(ofTickets);

  describe(`a ticket of ${definition.provider}`, () => {
    let simulators: RunningSimulators;
    beforeAll(async () => {
      simulators = await startSimulators();
    });
    afterEach(async () => {
      await simulators.clearFaults(simulator);
      await simulators.refuseAccess(simulator, false);
    });
    afterAll(() => simulators.close());
    const connected = () => installedAs(ofTickets, { url: simulators.addressOf(simulator), timeoutMs: 2_000 });
    const ticket = (over: object = {}) =>
      anEffect({ kind: 'helpdesk.ticket', target: definition.provider, content: aTicket(), ...over });

    it('is one for a conversation, with a note for each inquiry', async () => {
      const connector = await connected();
      const first = ticket();
      const both = [first, { ...ticket({ content: first.content }), conversationId: first.conversationId }];
      const results = [];
      for (const effect of both) results.push(await connector.perform(effect));
      expect(results.map(({ kind }) => kind)).toEqual(['confirmed', 'confirmed']);
      expect(new Set(results.map(({ parts }) => parts?.['ticket'])).size).toBe(1);
      const { applied } = await simulators.journal(simulator);
      expect(both.map(({ effectId }) => applied[effectId])).toEqual([1, 1]);
      const other = await connector.perform(ticket({ content: first.content }));
      expect(other.parts?.['ticket']).not.toBe(results[0]?.parts?.['ticket']);
    });

    it('that was made stays made when its note fails, and the note is made alone afterwards', async () => {
      const connector = await connected();
      const effect = ticket();
      await simulators.setFaults(simulator, { faults: [{ path: vendor.notes, status: 503, count: 1 }] });
      const first = await connector.perform(effect);
      expect(first).toMatchObject({ kind: 'retry', parts: { ticket: expect.stringMatching(/^\d+$/) as unknown } });
      const again = await connector.perform({ ...effect, parts: first.parts ?? {} });
      expect(again).toMatchObject({ kind: 'confirmed', parts: { ticket: first.parts?.['ticket'] } });
      expect((await simulators.journal(simulator)).applied[effect.effectId]).toBe(1);
    });

    it('waits where the credentials are refused, and a person is told which to mend', async () => {
      await simulators.refuseAccess(simulator, true);
      expect(await (await connected()).check?.([])).toMatchObject({
        kind: 'checked',
        faults: [{ target: null, mend: expect.stringContaining(vendor.mend) as unknown }],
      });
    });

    it('is not made of a content of another kind', async () => {
      expect(await (await connected()).perform(ticket({ content: { text: 'x' } }))).toEqual({
        kind: 'refuted',
        reason: 'content-not-readable',
      });
    });
  });
};
