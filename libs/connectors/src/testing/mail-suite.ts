import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aMailContent } from './a-mail.ts';
import { anEffect } from './an-effect.ts';
import { installedAs, type VendorSuite } from './vendor-suite.ts';

export interface SentMail {
  readonly to: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What every connector that sends mail must do besides the conformance kit. */
export const mailSuite = (
  vendor: Pick<VendorSuite, 'definition' | 'simulator' | 'settings'> & {
    readonly mend: string;
    /** What of a mail in the simulated account is looked at; header names in lower case. */
    readonly read: (stored: Readonly<Record<string, unknown>>) => SentMail;
  },
): void => {
  const { simulator, definition } = vendor;
  describe(`a mail by ${definition.provider}`, () => {
    let simulators: RunningSimulators;
    beforeAll(async () => {
      simulators = await startSimulators();
    });
    afterEach(async () => {
      await simulators.refuseAccess(simulator, false);
      await simulators.forgetObjects(simulator);
    });
    afterAll(() => simulators.close());
    const connected = (more: Readonly<Record<string, string>> = {}) =>
      installedAs(
        { ...vendor, kind: 'mail.reply', settings: (url) => ({ ...vendor.settings(url), ...more }) },
        { url: simulators.addressOf(simulator), timeoutMs: 2_000 },
      );
    const mail = (over: Parameters<typeof aMailContent>[0] = {}, target = definition.provider) =>
      anEffect({ kind: 'mail.reply', target, content: { ...aMailContent(over) } });
    const sent = async (): Promise<readonly SentMail[]> =>
      Object.values(await simulators.objects(simulator))
        .flat()
        .map(vendor.read);

    it('says that a machine wrote it, and stands in the thread of what it answers', async () => {
      const effect = mail();
      expect(await (await connected()).perform(effect)).toMatchObject({ kind: 'confirmed' });
      const [found] = await sent();
      expect(found?.to).toContain('jane@customer.example');
      expect(found?.headers).toMatchObject({
        'auto-submitted': 'auto-replied',
        'message-id': `<${effect.effectId}@acme.example>`,
        'in-reply-to': '<Last.ID@Customer.example>',
        references: '<First@x.example> <Last.ID@Customer.example>',
      });
    });

    it('is not sent with a gap', async () => {
      const effect = mail({ message: { kind: 'unfilled', slots: ['booking_link'] } });
      expect(await (await connected()).perform(effect)).toMatchObject({ kind: 'refuted', reason: 'slots-unfilled' });
      expect(await sent()).toEqual([]);
    });

    it('of the sandbox goes to the mailbox that stands for all, or nowhere', async () => {
      const effect = mail({}, 'sandbox');
      expect(await (await connected()).perform(effect)).toMatchObject({
        kind: 'refuted',
        reason: 'no-sandbox-mailbox',
      });
      const redirected = await connected({ REDIRECT_TO: 'sandbox@acme.example' });
      expect(await redirected.perform(effect)).toMatchObject({ kind: 'confirmed' });
      expect((await sent()).map(({ to }) => to)).toEqual([expect.stringContaining('sandbox@acme.example')]);
    });

    it('waits where the credentials are refused, and a person is told which to mend', async () => {
      await simulators.refuseAccess(simulator, true);
      const connector = await connected();
      expect(await connector.perform(mail())).toMatchObject({ kind: 'misconfigured' });
      expect(await connector.check?.([])).toMatchObject({
        faults: [{ mend: expect.stringContaining(vendor.mend) as unknown }],
      });
    });
  });
};
