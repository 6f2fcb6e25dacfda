import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifySignature } from './intake-signature.ts';

const body = Buffer.from('{"text":"grüße"}');
const NOW = 1_767_600_000_000;
const sign = (secret: string, text: Buffer | string = body): string =>
  `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
const verify = (signature: string | undefined, timestamp?: string, secrets: readonly string[] = ['new', 'old']) =>
  verifySignature({ body, signature, timestamp }, secrets, NOW);

describe('a signature', () => {
  it('is taken over the raw bytes, by either live secret', () => {
    expect([verify(sign('new')), verify(sign('old'))]).toEqual(['valid', 'valid']);
  });

  it.each([
    { what: 'another secret', signature: sign('stranger'), verdict: 'wrong' },
    { what: 'another body', signature: sign('new', '{"text":"gruesse"}'), verdict: 'wrong' },
    { what: 'no signature', signature: undefined, verdict: 'missing' },
    { what: 'no prefix', signature: sign('new').slice(7), verdict: 'malformed' },
    { what: 'half a digest', signature: sign('new').slice(0, 40), verdict: 'malformed' },
  ])('with $what is $verdict', ({ signature, verdict }) => {
    expect(verify(signature)).toBe(verdict);
  });

  it('with a timestamp is taken over both, and holds for five minutes', () => {
    const at = (seconds: number): string => String(NOW / 1_000 + seconds);
    const signed = (timestamp: string): string => sign('new', Buffer.concat([Buffer.from(`${timestamp}.`), body]));
    expect(verify(signed(at(0)), at(0))).toBe('valid');
    expect(verify(signed(at(-300)), at(-300))).toBe('valid');
    expect(verify(signed(at(-301)), at(-301))).toBe('stale');
    expect(verify(signed(at(301)), at(301))).toBe('stale');
    expect(verify(signed('soon'), 'soon')).toBe('stale');
    expect(verify(sign('new'), at(0))).toBe('wrong');
  });
});
