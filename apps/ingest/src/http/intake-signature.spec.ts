import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fittingKeys, signatureFault } from './intake-signature.ts';

const body = Buffer.from('{"text":"grüße"}');
const NOW = 1_767_600_000_000;
const sign = (secret: string, text: Buffer | string = body): string =>
  `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
const keys = ['new', 'old'].map((name) => ({ name, secret: { reveal: () => name } }));
const verify = (signature: string | undefined, timestamp?: string): string => {
  const given = { signature, timestamp };
  const [key] = fittingKeys(given, body, keys);
  return signatureFault(given, NOW) ?? (key ? `by the ${key.name} one` : 'wrong');
};

describe('a signature', () => {
  it('is taken over the raw bytes, by either live secret', () => {
    expect([verify(sign('new')), verify(sign('old'))]).toEqual(['by the new one', 'by the old one']);
  });

  it.each([
    { what: 'another secret', signature: sign('stranger'), result: 'wrong' },
    { what: 'another body', signature: sign('new', '{"text":"gruesse"}'), result: 'wrong' },
    { what: 'no signature', signature: undefined, result: 'missing' },
    { what: 'no prefix', signature: sign('new').slice(7), result: 'malformed' },
    { what: 'half a digest', signature: sign('new').slice(0, 40), result: 'malformed' },
  ])('with $what is $result', ({ signature, result }) => {
    expect(verify(signature)).toBe(result);
  });

  it('with a timestamp is taken over both, and holds for five minutes', () => {
    const at = (seconds: number): string => String(NOW / 1_000 + seconds);
    const signed = (timestamp: string): string => sign('new', Buffer.concat([Buffer.from(`${timestamp}.`), body]));
    expect(verify(signed(at(0)), at(0))).toBe('by the new one');
    expect(verify(signed(at(-300)), at(-300))).toBe('by the new one');
    expect(verify(signed(at(-301)), at(-301))).toBe('stale');
    expect(verify(signed(at(301)), at(301))).toBe('stale');
    expect(verify(signed('soon'), 'soon')).toBe('stale');
    expect(verify(sign('new'), at(0))).toBe('wrong');
  });
});
