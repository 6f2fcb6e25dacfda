import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterAll(() => simulators.close());

const call = async (method: string, args: Readonly<Record<string, string>> = {}, token: string | null = 'xoxb') => {
  const response = await fetch(`${simulators.addressOf('slack')}${method}`, {
    method: 'POST',
    body: new URLSearchParams(args),
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  return (await response.json()) as Record<string, unknown> & {
    channel: string;
    ts: string;
    messages: { ts: string; metadata?: unknown; text: string }[];
  };
};
const metadata = (effectId: string) =>
  JSON.stringify({ event_type: 'sluice_effect', event_payload: { effect_id: effectId } });

describe('the Slack simulator', () => {
  it('wants a token and knows its methods', async () => {
    expect(await call('auth.test', {}, null)).toEqual({ ok: false, error: 'not_authed' });
    expect(await call('auth.test')).toMatchObject({ ok: true, team: 'Sluice' });
    expect(await call('files.upload')).toEqual({ ok: false, error: 'unknown_method' });
  });

  it('posts a repeated message twice, for it has no idempotency key', async () => {
    const first = await call('chat.postMessage', { channel: '#twice', text: 'a', metadata: metadata('twice') });
    await call('chat.postMessage', { channel: '#twice', text: 'a', metadata: metadata('twice') });
    expect((await call('conversations.history', { channel: first.channel })).messages).toHaveLength(2);
    expect((await simulators.journal('slack')).applied['twice']).toBe(2);
  });

  it('shows history by channel id only, with metadata only when asked, page by page, newest first', async () => {
    const { channel } = await call('chat.postMessage', { channel: '#paged', text: '0', metadata: metadata('p0') });
    for (const n of ['1', '2'])
      await call('chat.postMessage', { channel: '#paged', text: n, metadata: metadata(`p${n}`) });
    expect(await call('conversations.history', { channel: 'paged' })).toMatchObject({
      ok: false,
      error: 'channel_not_found',
    });
    const first = await call('conversations.history', { channel, limit: '2' });
    expect(first).toMatchObject({ has_more: true, messages: [{ text: '2' }, { text: '1' }] });
    expect(first.messages[0]?.metadata).toBeUndefined();
    const { next_cursor: cursor } = first['response_metadata'] as { next_cursor: string };
    expect(
      await call('conversations.history', { channel, limit: '2', cursor, include_all_metadata: 'true' }),
    ).toMatchObject({ has_more: false, messages: [{ text: '0', metadata: { event_payload: { effect_id: 'p0' } } }] });
  });

  it('bounds history by time', async () => {
    const { channel, ts } = await call('chat.postMessage', { channel: '#bounded', text: 'old' });
    await call('chat.postMessage', { channel: '#bounded', text: 'new' });
    expect((await call('conversations.history', { channel, oldest: ts })).messages.map(({ text }) => text)).toEqual([
      'new',
    ]);
    expect((await call('conversations.history', { channel, oldest: ts, inclusive: 'true' })).messages).toHaveLength(2);
    expect((await call('conversations.history', { channel, latest: ts })).messages).toHaveLength(0);
  });

  it('replaces a message in place', async () => {
    const { channel, ts } = await call('chat.postMessage', { channel: '#edited', text: 'before' });
    expect(await call('chat.update', { channel, ts, text: 'after' })).toMatchObject({ ok: true });
    expect((await call('conversations.history', { channel })).messages.map(({ text }) => text)).toEqual(['after']);
  });

  it('refuses a channel that is not there and a message that says nothing', async () => {
    expect(await call('chat.postMessage', { channel: '#missing-sales', text: 'a' })).toMatchObject({
      error: 'channel_not_found',
    });
    expect(await call('chat.postMessage', { channel: '#sales' })).toMatchObject({ error: 'no_text' });
  });

  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
  it.each([
    [
      'a section of 3,001',
      [section('x'.repeat(3_001))],
      'invalid_blocks',
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['a section of nothing', [section('')], 'invalid_blocks', 'more than 0 characters'],
    [
      'a header of 151',
      [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
      'invalid_blocks',
      '151 characters',
    ],
    [
      'a header with markup',
      [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
      'invalid_blocks',
      '/blocks/0/text/type',
    ],
    [
      'a field of 2,001',
      [{ type: 'section', fields: [{ type: 'mrkdwn', text: 'x'.repeat(2_001) }] }],
      'invalid_blocks',
      '/blocks/0/fields/0/text',
    ],
    [
      'eleven fields',
      [{ type: 'section', fields: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'x' })) }],
      'invalid_blocks',
      'no more than 10',
    ],
    ['no elements', [{ type: 'context', elements: [] }], 'invalid_blocks', 'no fewer than 1'],
    ['51 blocks', Array.from({ length: 51 }, () => section('x')), 'invalid_blocks', 'no more than 50'],
    ['an unknown block', [{ type: 'poem' }], 'invalid_blocks', 'unsupported type'],
    ['what is no list', { type: 'section' }, 'invalid_blocks_format', ''],
    [
      '12,001 characters in all',
      Array.from({ length: 5 }, () => section('x'.repeat(2_401))),
      'msg_blocks_too_long',
      '',
    ],
  ])('refuses blocks with %s, as Slack does', async (_case, blocks, error, message) => {
    const answer = await call('chat.postMessage', { channel: '#sales', text: 'a', blocks: JSON.stringify(blocks) });
    expect(answer).toMatchObject({ ok: false, error });
    expect(JSON.stringify(answer['response_metadata'])).toContain(message);
  });

  it('refuses a text of more than 4,000', async () => {
    expect(await call('chat.postMessage', { channel: '#sales', text: 'x'.repeat(4_001) })).toMatchObject({
      error: 'msg_too_long',
    });
  });

  it('has channels in every state, and a token that may do what it is told', async () => {
    await simulators.addChannels(['old'], 'archived');
    await simulators.addChannels(['over-there'], 'not-joined');
    await simulators.addChannels(['missing-until-now']);
    const errorOf = async (channel: string) => (await call('chat.postMessage', { channel, text: 'a' }))['error'];
    expect([await errorOf('#old'), await errorOf('#over-there'), await errorOf('#missing-until-now')]).toEqual([
      'is_archived',
      undefined,
      undefined,
    ]);
    await simulators.setSlackAccess({ scopes: ['chat:write'] });
    expect(await errorOf('#over-there')).toBe('not_in_channel');
    expect(await call('conversations.list')).toMatchObject({ error: 'missing_scope', needed: 'channels:read' });
    await simulators.setSlackAccess({ refusedWith: 'token_revoked' });
    expect((await call('auth.test'))['error']).toBe('token_revoked');
    await simulators.setSlackAccess();
    expect(await call('auth.test')).toMatchObject({ ok: true });
  });

  it('lists a channel that a failed post named', async () => {
    await simulators.setFaults('slack', { faults: [{ status: 500, count: 1 }] });
    await fetch(`${simulators.addressOf('slack')}chat.postMessage`, {
      method: 'POST',
      body: new URLSearchParams({ channel: '#named', text: 'a' }),
    });
    expect((await call('conversations.list', { limit: '999' }))['channels']).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'named' })]),
    );
  });

  it('has the playbooks’ channels, and those it is told of, before anyone posts', async () => {
    await simulators.addChannels(['#made-before']);
    const names = ((await call('conversations.list', { limit: '999' }))['channels'] as { name: string }[]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(expect.arrayContaining(['triage', 'leads-hot', 'made-before']));
  });
});
