import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';
import { isRecent, isSignedBy } from './signature.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterAll(() => simulators.close());

const signed = (id: string, body: string, at = Math.floor(Date.now() / 1_000)) => {
  const key = Buffer.from(simulators.webhookSecret.replace('whsec_', ''), 'base64');
  const signature = `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`;
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': signature,
  };
};
const deliver = async (headers: Record<string, string>, body = '{"a":1}') => {
  const response = await fetch(`${simulators.addressOf('webhook')}/crm`, { method: 'POST', headers, body });
  return { status: response.status, ...((await response.json()) as object) };
};

describe('the signature', () => {
  const vector = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    body: '{"test": 2432232314}',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

  it('agrees with the published vector', () => {
    expect(isSignedBy(secret, vector)).toBe(true);
    expect(isSignedBy(secret, { ...vector, signature: `v1,AAAA ${vector.signature}` })).toBe(true);
  });

  it.each([
    ['body', '{"test": 2432232315}'],
    ['id', 'msg_other'],
    ['timestamp', '1614265331'],
  ])('does not survive another %s', (field, value) => {
    expect(isSignedBy(secret, { ...vector, [field]: value })).toBe(false);
  });

  it('grows old in five minutes', () => {
    expect([isRecent('1000', 1_300), isRecent('1000', 1_301), isRecent('soon', 1_000)]).toEqual([true, false, false]);
  });
});

describe('the webhook sink', () => {
  it('takes a signed delivery once, however often it comes', async () => {
    expect(await deliver(signed('w-1', '{"a":1}'))).toMatchObject({ status: 200, duplicate: false });
    expect(await deliver(signed('w-1', '{"a":1}'))).toMatchObject({ status: 200, duplicate: true });
    expect((await simulators.journal('webhook')).applied['w-1']).toBe(1);
  });

  it('applies a repeat when told not to recognise it', async () => {
    await simulators.setWebhookDedupe(false);
    await deliver(signed('w-2', '{"a":1}'));
    await deliver(signed('w-2', '{"a":1}'));
    await simulators.setWebhookDedupe(true);
    expect((await simulators.journal('webhook')).applied['w-2']).toBe(2);
  });

  it('refuses what is not signed, changed or old', async () => {
    expect(await deliver({ 'content-type': 'application/json' })).toMatchObject({ status: 401 });
    expect(await deliver(signed('w-3', '{"a":1}'), '{"a":2}')).toMatchObject({ status: 401 });
    expect(await deliver(signed('w-4', '{"a":1}', 1_000_000))).toMatchObject({ status: 401 });
  });
});
