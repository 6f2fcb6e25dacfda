import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anEffect, connectorSuite } from '../testing/index.ts';
import { createSlackConnector } from './slack.connector.ts';

const MEGABYTE = ' '.repeat(1024 * 1024);

const provided = (simulators: RunningSimulators) => ({
  fail: async (line: object) =>
    void (await simulators.setFaults('slack', { faults: [{ path: 'chat.postMessage', ...line }] })),
  behave: () => simulators.clearFaults('slack'),
  applied: async (effectId: string) => (await simulators.journal('slack')).applied[effectId] ?? 0,
});

connectorSuite('slack.message', {
  async connect({ timeoutMs }) {
    const simulators = await startSimulators();
    const connector = createSlackConnector({ token: 'xoxb-1', apiUrl: simulators.addressOf('slack'), timeoutMs });
    return { connector, provider: provided(simulators), close: () => simulators.close() };
  },
  connectToNobody: (port) =>
    createSlackConnector({ token: 'xoxb-1', apiUrl: `http://127.0.0.1:${port}/api/`, timeoutMs: 400 }),
  effect: () => ({ kind: 'slack.message', target: '#sales' }),
  refusal: { status: 418 },
});

describe('Slack', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());
  afterEach(async () => {
    await simulators.setSlackAccess();
    await simulators.clearFaults('slack');
  });
  const connected = () =>
    createSlackConnector({ token: 'xoxb-1', apiUrl: simulators.addressOf('slack'), timeoutMs: 2_000 });
  const since = new Date().toISOString();

  it('is asked and finds a message although this process never posted to that channel, and pages of others follow it', async () => {
    const effect = anEffect({ target: '#busy' });
    await connected().perform(effect);
    const filling = connected();
    for (let n = 0; n < 210; n += 1) await filling.perform(anEffect({ target: '#busy' }));
    expect(await connected().ask(effect, { since })).toMatchObject({ kind: 'found' });
  });

  it('is asked and does not call a message of another effect its own', async () => {
    const connector = connected();
    await connector.perform(anEffect({ target: '#others' }));
    expect(await connector.ask(anEffect({ target: '#others' }), { since })).toEqual({ kind: 'absent' });
  });

  it('is asked and cannot tell where it may not look', async () => {
    expect(await connected().ask(anEffect({ target: '#never-named' }), { since })).toMatchObject({
      kind: 'cannot-tell',
      reason: 'channel-not-seen',
    });
    await simulators.setFaults('slack', { faults: [{ path: 'conversations', status: 429, retryAfterSeconds: 7 }] });
    expect(await connected().ask(anEffect({ target: '#sales' }), { since })).toEqual({
      kind: 'cannot-tell',
      reason: 'ratelimited',
      afterMs: 7_000,
    });
  });

  it.each(['invalid_auth', 'account_inactive', 'token_revoked'])(
    'with a token that is %s is mended by a person',
    async (error) => {
      await simulators.setSlackAccess({ refusedWith: error });
      const connector = connected();
      expect(await connector.perform(anEffect())).toEqual({ kind: 'misconfigured', reason: error });
      expect(await connector.ask(anEffect(), { since })).toEqual({ kind: 'misconfigured', reason: error });
      expect(await connector.check?.(['#sales'])).toEqual({
        kind: 'checked',
        faults: [{ target: null, reason: error, mend: expect.stringContaining('token') as unknown }],
      });
    },
  );

  it.each([
    ['gone', 'channel_not_found', /create the channel/],
    ['archived', 'is_archived', /unarchive/],
    ['not-joined', 'not_in_channel', /invite the app/],
  ] as const)(
    'with a channel that is %s says so before a message is lost, and takes the message once it is mended',
    async (state, reason, mend) => {
      const effect = anEffect({ target: `#${state}` });
      await simulators.setSlackAccess({ scopes: ['chat:write', 'channels:read', 'channels:history'] });
      await simulators.addChannels(['good']);
      await simulators.addChannels([state], state);
      const connector = connected();
      expect(await connector.check?.([`#${state}`, '#good'])).toEqual({
        kind: 'checked',
        faults: [{ target: `#${state}`, reason, mend: expect.stringMatching(mend) as unknown }],
      });
      expect(await connector.perform(effect)).toEqual({ kind: 'misconfigured', reason });
      await simulators.addChannels([state]);
      expect(await connector.check?.([`#${state}`])).toEqual({ kind: 'checked', faults: [] });
      expect(await connector.perform(effect)).toMatchObject({ kind: 'confirmed' });
    },
  );

  it('is asked and checked by a token that may not see private channels', async () => {
    await simulators.setSlackAccess({ scopes: ['chat:write', 'channels:read', 'channels:history'] });
    const effect = anEffect({ target: '#public' });
    await connected().perform(effect);
    expect(await connected().ask(effect, { since })).toMatchObject({ kind: 'found' });
    expect(await connected().check?.(['#public'])).toEqual({ kind: 'checked', faults: [] });
  });

  it('is checked for channels by id too, and for public ones that need no joining', async () => {
    await simulators.addChannels(['quiet'], 'not-joined');
    const { providerId } = (await connected().perform(anEffect({ target: '#by-id' }))) as { providerId: string };
    const id = providerId.split(':')[0] ?? '';
    expect(await connected().check?.([id, 'C0000000000', '#quiet', 'D0123456789'])).toMatchObject({
      faults: [{ target: 'C0000000000', reason: 'channel_not_found' }],
    });
  });

  it('is checked for the scopes it takes to post and to ask', async () => {
    await simulators.setSlackAccess({ scopes: ['chat:write'] });
    expect(await connected().check?.(['#sales'])).toEqual({
      kind: 'checked',
      faults: [
        {
          target: null,
          reason: 'missing_scope',
          mend: expect.stringContaining('channels:read, channels:history') as unknown,
        },
      ],
    });
  });

  it('that is away says nothing about our configuration', async () => {
    await simulators.setFaults('slack', { faults: [{ status: 503 }] });
    expect(await connected().check?.(['#sales'])).toEqual({ kind: 'cannot-tell', reason: 'http-503' });
  });

  it.each([
    ['that names no error', '{"ok":false}'],
    ['that is no object', 'null'],
    ['that is a page', `<html>${'x'.repeat(10_000)}</html>`],
    ['with an id of 10 kB', `{"ok":true,"channel":"C${'1'.repeat(10_000)}","ts":"1.1"}`],
  ])('whose answer is one %s has told us nothing', async (_case, answer) => {
    await simulators.setFaults('slack', { faults: [{ answer, count: 1 }] });
    const result = await connected().perform(anEffect());
    expect(result).toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(/^(malformed-answer|broken)$/) as unknown,
    });
  });

  it('whose answer never ends has told us nothing, and is not read to the end', async () => {
    let sent = 0;
    const server = createServer((_request, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        sent += MEGABYTE.length;
        response.write(MEGABYTE, () => setImmediate(more));
      };
      more();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connector = createSlackConnector({ token: 'xoxb-1', apiUrl: `http://127.0.0.1:${port}/api/` });
    expect(await connector.perform(anEffect())).toEqual({ kind: 'unknown', reason: 'broken' });
    expect(sent).toBeLessThan(64 * MEGABYTE.length);
    server.closeAllConnections();
    server.close();
  });

  it('gets the text alone when it refuses the blocks', async () => {
    const effect = anEffect({ target: '#strict' });
    await simulators.setFaults('slack', { faults: [{ answer: '{"ok":false,"error":"invalid_blocks"}', count: 1 }] });
    expect(await connected().perform(effect)).toMatchObject({ kind: 'confirmed' });
    const posts = (await simulators.journal('slack')).entries.filter(
      ({ body }) => (body as { channel?: string }).channel === '#strict',
    );
    expect(posts.map(({ body }) => Object.hasOwn(body as object, 'blocks'))).toEqual([true, false]);
    expect((await simulators.journal('slack')).applied[effect.effectId]).toBe(1);
  });

  it('posts what a person reads, with the effect in its metadata and nothing unfurled', async () => {
    await simulators.clearJournal('slack');
    const effect = anEffect({
      target: '#seen',
      content: { category: 'billing', priority: 'high', subject: 'Charged twice', summary: 'Please refund.' },
    });
    await connected().perform(effect);
    const [entry] = (await simulators.journal('slack')).entries;
    const body = entry?.body as Record<string, string>;
    expect(body).toMatchObject({
      channel: '#seen',
      text: '[billing][high] Charged twice: Please refund.',
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
    expect(JSON.parse(body['metadata'] ?? '')).toEqual({
      event_type: 'sluice_effect',
      event_payload: { effect_id: effect.effectId, inquiry_id: effect.inquiryId },
    });
    expect(entry?.headers['authorization']).toBe('[redacted]');
  });
});
