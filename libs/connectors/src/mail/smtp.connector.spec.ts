import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { MailContent } from '@sluice/contracts';
import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connector, Effect } from '../ports/connector.port.ts';
import { anEffect } from '../testing/index.ts';
import { createSmtpConnector } from './smtp.connector.ts';

const TIMEOUT_MS = 400;
const FROM = 'Acme Support <hello@acme.example>';
const READY = { kind: 'ready', subject: 'Re: Pricing', text: 'Thank you.', html: null } as const;

const content = (over: Partial<MailContent> = {}): MailContent => ({
  to: { address: 'jane@customer.example', name: 'Jane Doe' },
  from: null,
  answerTo: null,
  message: READY,
  ...over,
});
const aMail = (over: Partial<MailContent> = {}, effect: Partial<Effect> = {}): Effect =>
  anEffect({ kind: 'mail.reply', target: 'smtp', content: content(over), ...effect });

let simulators: RunningSimulators;
let url: string;
let connector: Connector;

beforeAll(async () => {
  simulators = await startSimulators();
  url = await simulators.smtpUrl();
  connector = createSmtpConnector({ url, from: FROM, sandbox: 'sandbox@acme.example', timeoutMs: TIMEOUT_MS });
});
afterAll(() => simulators.close());
beforeEach(async () => {
  await simulators.clearFaults('smtp');
  await simulators.refuseMailboxes([]);
  await simulators.setSmtpAccess({ credentials: true });
});

const received = async ({ effectId }: Effect) => {
  const { applied, entries } = await simulators.journal('smtp');
  const entry = entries.find(({ applied: keys }) => keys.includes(effectId));
  return { times: applied[effectId] ?? 0, headers: entry?.headers ?? {}, body: entry?.body as Record<string, unknown> };
};

describe('a mail', () => {
  it('is sent once, says that a machine wrote it, and has an id that any attempt would have', async () => {
    const effect = aMail();
    expect(await connector.perform(effect)).toEqual({
      kind: 'confirmed',
      providerId: `<${effect.effectId}@acme.example>`,
      responseDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    const { times, headers, body } = await received(effect);
    expect(times).toBe(1);
    expect(headers).toMatchObject({
      'auto-submitted': 'auto-replied',
      'x-auto-response-suppress': 'All',
      'message-id': `<${effect.effectId}@acme.example>`,
    });
    expect(headers).not.toHaveProperty('in-reply-to');
    expect(body).toMatchObject({ from: 'hello@acme.example', to: ['jane@customer.example'], subject: 'Re: Pricing' });
    expect(String(body['text']).trim()).toBe('Thank you.');
  });

  it('stands in the thread of what it answers, with the ids as they were sent', async () => {
    const effect = aMail({ answerTo: { messageId: 'Last.ID@Customer.example', references: ['First@x.example'] } });
    await connector.perform(effect);
    expect((await received(effect)).headers).toMatchObject({
      'in-reply-to': '<Last.ID@Customer.example>',
      references: '<First@x.example> <Last.ID@Customer.example>',
    });
  });

  it('comes from whom the playbook says, in plain text and HTML', async () => {
    const effect = aMail({ from: 'Globex <no@globex.example>', message: { ...READY, html: '<p>Thank you.</p>' } });
    expect(await connector.perform(effect)).toMatchObject({ providerId: `<${effect.effectId}@globex.example>` });
    const { body } = await received(effect);
    expect(body['from']).toBe('no@globex.example');
    expect(String(body['html'])).toContain('<p>Thank you.</p>');
    expect(String(body['text'])).toContain('Thank you.');
  });

  it('carries what strangers wrote in its headers, and no header of theirs', async () => {
    const effect = aMail({
      to: { address: 'jörg@müller.example', name: 'Jörg\r\nBcc: all@example.com' },
      message: { ...READY, subject: 'Grüße 🚀\r\nX-Evil: 1' },
    });
    expect(await connector.perform(effect)).toMatchObject({ kind: 'confirmed' });
    const { headers, body } = await received(effect);
    expect(headers).not.toHaveProperty('bcc');
    expect(headers).not.toHaveProperty('x-evil');
    expect(String(body['subject'])).toContain('Grüße 🚀');
  });

  it('of the sandbox goes to its mailbox, whoever it is for', async () => {
    const effect = aMail({}, { target: 'sandbox' });
    await connector.perform(effect);
    expect((await received(effect)).body['to']).toEqual(['sandbox@acme.example']);
    const without = createSmtpConnector({ url, from: FROM, sandbox: null });
    expect(await without.perform(aMail({}, { target: 'sandbox' }))).toEqual({
      kind: 'refuted',
      reason: 'no-sandbox-mailbox',
    });
  });

  it('with a slot that nobody filled is not sent', async () => {
    const effect = aMail({ message: { kind: 'unfilled', slots: ['booking_link'] } });
    expect(await connector.perform(effect)).toEqual({ kind: 'refuted', reason: 'slots-unfilled' });
    expect((await received(effect)).times).toBe(0);
  });
});

describe('a mail server that does not take it', () => {
  it.each([
    ['is busy when we come', { path: 'connect', status: 421 }, { kind: 'retry', reason: 'smtp-421', spendsTry: false }],
    ['greylists', { path: 'rcpt-to', status: 450 }, { kind: 'retry', reason: 'smtp-450', spendsTry: false }],
    ['has no room', { path: 'mail-from', status: 452 }, { kind: 'retry', reason: 'smtp-452', spendsTry: false }],
    ['can not just now', { path: 'data', status: 451 }, { kind: 'retry', reason: 'smtp-451', spendsTry: false }],
    ['refuses our sender', { path: 'mail-from', status: 553 }, { kind: 'misconfigured', reason: 'sender-refused-553' }],
    ['refuses the mailbox', { path: 'rcpt-to', status: 550 }, { kind: 'refuted', reason: 'recipient-refused' }],
    ['refuses the message', { path: 'data', status: 554 }, { kind: 'refuted', reason: 'message-refused' }],
    ['refuses us', { path: 'auth', status: 535 }, { kind: 'misconfigured', reason: 'smtp-535' }],
    ['breaks off at the greeting', { path: 'connect', reset: true }, { kind: 'retry', reason: 'not-sent' }],
    ['breaks off before the message', { path: 'rcpt-to', reset: true }, { kind: 'retry', reason: 'not-sent' }],
    ['never greets', { path: 'connect', timeoutBeforeApply: true }, { kind: 'retry', reason: 'not-sent' }],
    ['never answers before the message', { path: 'mail-from', timeoutBeforeApply: true }, { kind: 'retry' }],
  ])('%s: it is certain that nothing went out', async (_case, line, expected) => {
    const effect = aMail();
    await simulators.setFaults('smtp', { faults: [line] });
    expect(await connector.perform(effect)).toMatchObject(expected);
    expect((await received(effect)).times).toBe(0);
  });

  it.each([
    ['never answers, and did not take it', { timeoutBeforeApply: true }, 0],
    ['never answers, and took it', { timeoutAfterApply: true }, 1],
    ['breaks off, and did not take it', { reset: true }, 0],
    ['breaks off, and took it', { resetAfterApply: true }, 1],
  ])('or has it and %s: nobody knows, and it is held', async (_case, line, times) => {
    const effect = aMail();
    await simulators.setFaults('smtp', { faults: [{ path: 'data', ...line }] });
    expect((await connector.perform(effect)).kind).toBe('unknown');
    expect(connector.onUnknown).toBe('hold');
    expect((await received(effect)).times).toBe(times);
  });

  it('is slow at every step: what was given up is not sent after all', async () => {
    const given = aMail();
    // Each step is within its time; all of them together are not, and end after it.
    const slow = TIMEOUT_MS * 0.7;
    await simulators.setFaults('smtp', {
      faults: [
        { path: 'connect', latencyMs: slow, count: 1 },
        { path: 'auth', latencyMs: slow, count: 1 },
      ],
    });
    expect(await connector.perform(given)).toMatchObject({ kind: 'retry', reason: 'not-sent' });
    // These end later than that one would have.
    await simulators.setFaults('smtp', { faults: [{ path: 'data', latencyMs: slow }] });
    for (const later of [aMail(), aMail()]) expect(await connector.perform(later)).toMatchObject({ kind: 'confirmed' });
    expect((await received(given)).times).toBe(0);
  });

  it('refuses an address that is none, or whose mailbox is gone, for good', async () => {
    await simulators.refuseMailboxes(['gone@customer.example']);
    for (const address of ['gone@customer.example', 'nobody@nowhere.invalid', 'no address'])
      expect(await connector.perform(aMail({ to: { address, name: null } }))).toEqual({
        kind: 'refuted',
        reason: 'recipient-refused',
      });
  });

  it('does not listen: no try is spent', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const nobody = createSmtpConnector({ url: `smtp://127.0.0.1:${port}`, from: FROM, sandbox: null });
    expect(await nobody.perform(aMail())).toMatchObject({ kind: 'retry', reason: 'not-sent', spendsTry: false });
    expect(await nobody.check?.([])).toEqual({ kind: 'cannot-tell', reason: 'not-sent' });
  });
});

describe('the credentials', () => {
  it('are checked without a mail', async () => {
    expect(await connector.check?.([])).toEqual({ kind: 'checked', faults: [] });
    await simulators.setSmtpAccess({ credentials: false });
    expect(await connector.check?.([])).toMatchObject({ kind: 'checked', faults: [{ reason: 'smtp-535' }] });
  });
});
