import { describe, expect, it } from 'vitest';
import { afterAttempt, afterQuestion, afterUnknown, backoffMs, type Terms } from './next-step.ts';

const terms: Terms = { maxTries: 4, maxAsks: 3, baseMs: 1_000, capMs: 60_000, graceMs: 2_000 };
const effectId = '12345678-0000-5000-8000-000000000000';
const given = (tries: number, onUnknown: 'ask' | 'resend' | 'hold' = 'ask') => ({ terms, tries, effectId, onUnknown });

describe('after a call', () => {
  it('a confirmation settles with its proof', () => {
    expect(afterAttempt({ kind: 'confirmed', providerId: 'C1:2', responseDigest: 'd' }, given(1))).toMatchObject({ do: 'settle', state: 'confirmed', learntBy: 'answer', providerId: 'C1:2', responseDigest: 'd' });
  });

  it('a refusal settles for good', () => {
    expect(afterAttempt({ kind: 'refuted', reason: 'channel_not_found' }, given(1))).toMatchObject({ do: 'settle', state: 'refuted', reason: 'channel_not_found' });
  });

  it('who asks to wait is waited for, and it costs no try', () => {
    expect(afterAttempt({ kind: 'retry', reason: 'http-429', afterMs: 7_000, spendsTry: false }, given(9))).toEqual({ do: 'try-again', afterMs: 7_000, reason: 'http-429', spendsTry: false });
  });

  it('a provider that is unwell is tried four times', () => {
    const unwell = { kind: 'retry', reason: 'http-503', afterMs: null, spendsTry: true } as const;
    expect([1, 2, 3].map((tries) => afterAttempt(unwell, given(tries)).do)).toEqual(['try-again', 'try-again', 'try-again']);
    expect(afterAttempt(unwell, given(4))).toMatchObject({ do: 'settle', state: 'refuted' });
  });

  it('a call nobody answered is never repeated blindly', () => {
    expect(afterAttempt({ kind: 'unknown', reason: 'timeout' }, given(1, 'ask'))).toEqual({ do: 'ask', afterMs: 2_000, reason: 'timeout' });
    expect(afterUnknown('timeout', given(1, 'hold'))).toMatchObject({ do: 'settle', state: 'unknown' });
    expect(afterUnknown('timeout', given(1, 'resend'))).toMatchObject({ do: 'try-again' });
    expect(afterUnknown('timeout', given(4, 'resend'))).toMatchObject({ do: 'settle', state: 'unknown' });
  });
});

describe('after a question', () => {
  const asked = (tries: number, asks: number) => ({ terms, tries, asks, effectId });

  it('what is found was applied: it is confirmed, and not sent again', () => {
    expect(afterQuestion({ kind: 'found', providerId: 'C1:2', responseDigest: 'd' }, asked(1, 1))).toMatchObject({ do: 'settle', state: 'confirmed', learntBy: 'inquiry' });
  });

  it('what is absent was not applied: it is tried again while tries last', () => {
    expect(afterQuestion({ kind: 'absent' }, asked(1, 1))).toMatchObject({ do: 'try-again', afterMs: 0 });
    expect(afterQuestion({ kind: 'absent' }, asked(4, 1))).toMatchObject({ do: 'settle', state: 'refuted' });
  });

  it('who can not tell is asked again, and then a person looks', () => {
    expect(afterQuestion({ kind: 'cannot-tell', reason: 'ratelimited', afterMs: 500 }, asked(1, 2))).toEqual({ do: 'ask', afterMs: 500, reason: 'ratelimited' });
    expect(afterQuestion({ kind: 'cannot-tell', reason: 'history-too-long', afterMs: null }, asked(1, 3))).toMatchObject({ do: 'settle', state: 'unknown' });
  });
});

describe('waiting', () => {
  it('doubles up to the cap, and is spread by the effect', () => {
    const waits = [1, 2, 3, 10].map((tries) => backoffMs(terms, tries, effectId));
    expect(waits[1]).toBe((waits[0] ?? 0) * 2);
    expect(waits[3]).toBeLessThanOrEqual(terms.capMs * 1.25);
    expect(backoffMs(terms, 1, 'ffffffff')).not.toBe(backoffMs(terms, 1, '00000000'));
  });
});
