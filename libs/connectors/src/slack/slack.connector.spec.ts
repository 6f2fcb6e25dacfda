import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEffect, connectorSuite } from '../testing/index.ts';
import { createSlackConnector } from './slack.connector.ts';

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
  effect: { kind: 'slack.message', target: '#sales' },
  refused: { target: '#missing-channel' },
});

describe('asking Slack', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());
  const connected = () =>
    createSlackConnector({ token: 'xoxb-1', apiUrl: simulators.addressOf('slack'), timeoutMs: 2_000 });
  const since = new Date().toISOString();

  it('finds a message although this process never posted to that channel, and pages of others follow it', async () => {
    const effect = anEffect({ target: '#busy' });
    await connected().perform(effect);
    const filling = connected();
    for (let n = 0; n < 210; n += 1) await filling.perform(anEffect({ target: '#busy' }));
    expect(await connected().ask(effect, { since })).toMatchObject({ kind: 'found' });
  });

  it('does not call a message of another effect its own', async () => {
    const connector = connected();
    await connector.perform(anEffect({ target: '#others' }));
    expect(await connector.ask(anEffect({ target: '#others' }), { since })).toEqual({ kind: 'absent' });
  });

  it('cannot tell where it may not look', async () => {
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
    await simulators.clearFaults('slack');
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
