import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterAttempt,
  afterQuestion,
  afterUnknown,
  backoffMs,
  reportAfterAttempt,
  type Standing,
  type Terms,
} from './next-step.ts';

const terms: Terms = {
  maxTries: 4,
  maxAsks: 3,
  baseMs: 1_000,
  capMs: 60_000,
  graceMs: 2_000,
  giveUpMs: 86_400_000,
  mendMs: 604_800_000,
};
const standing = (over: Partial<Standing> = {}): Standing => ({
  effectId: '5f0c0000-0000-5000-8000-000000000000',
  tries: 1,
  asks: 0,
  ageMs: 0,
  onUnknown: 'ask',
  ...over,
});
const retry = (over: object = {}) =>
  ({ kind: 'retry', reason: 'http-503', afterMs: null, spendsTry: true, ...over }) as const;

describe('after a call', () => {
  it('a confirmation settles with its proof', () => {
    expect(afterAttempt({ kind: 'confirmed', providerId: 'C1:2', responseDigest: 'd' }, terms, standing())).toEqual({
      do: 'settle',
      state: 'confirmed',
      reason: null,
      proof: { providerId: 'C1:2', responseDigest: 'd', learntBy: 'answer' },
    });
  });

  it('a refusal settles at once', () => {
    expect(afterAttempt({ kind: 'refuted', reason: 'channel_not_found' }, terms, standing())).toMatchObject({
      do: 'settle',
      state: 'refuted',
      reason: 'channel_not_found',
    });
  });

  it('what was not applied is tried again, up to the last try', () => {
    expect(afterAttempt(retry(), terms, standing({ tries: 3 }))).toMatchObject({ do: 'try-again', spendsTry: true });
    expect(afterAttempt(retry(), terms, standing({ tries: 4 }))).toMatchObject({
      do: 'settle',
      state: 'refuted',
      reason: 'tries-spent:http-503',
    });
  });

  it('what a person has to mend waits for days and spends no try', () => {
    const given = { kind: 'misconfigured', reason: 'channel_not_found' } as const;
    expect(afterAttempt(given, terms, standing({ tries: 9, ageMs: terms.mendMs - 1 }))).toMatchObject({
      do: 'try-again',
      reason: 'channel_not_found',
      spendsTry: false,
    });
    expect(afterAttempt(given, terms, standing({ ageMs: terms.mendMs }))).toMatchObject({
      do: 'settle',
      state: 'refuted',
      reason: 'out-of-time:channel_not_found',
    });
    expect(reportAfterAttempt(given)).toEqual({ kind: 'unwell', afterMs: null });
  });

  it('a provider that is away costs no try, but not for ever', () => {
    const away = retry({ reason: 'not-sent', spendsTry: false });
    expect(afterAttempt(away, terms, standing({ tries: 4, ageMs: terms.giveUpMs - 1 }))).toMatchObject({
      do: 'try-again',
      spendsTry: false,
    });
    expect(afterAttempt(away, terms, standing({ ageMs: terms.giveUpMs }))).toMatchObject({
      do: 'settle',
      state: 'refuted',
      reason: 'out-of-time:not-sent',
    });
  });

  it('never comes back earlier than the provider asked', () => {
    expect(afterAttempt(retry({ afterMs: 90_000 }), terms, standing())).toMatchObject({ afterMs: 90_000 });
  });
});

describe('when nobody knows', () => {
  it('a provider that can be asked is asked, after its grace, however many tries are spent', () => {
    expect(afterAttempt({ kind: 'unknown', reason: 'timeout' }, terms, standing({ tries: 4 }))).toEqual({
      do: 'ask',
      afterMs: 2_000,
      reason: 'timeout',
      spendsAsk: true,
    });
  });

  it('a receiver that knows the key gets it again, up to the last try; then a person looks', () => {
    expect(afterUnknown('timeout', terms, standing({ onUnknown: 'resend', tries: 3 }))).toMatchObject({
      do: 'try-again',
      spendsTry: true,
    });
    expect(afterUnknown('timeout', terms, standing({ onUnknown: 'resend', tries: 4 }))).toMatchObject({
      do: 'settle',
      state: 'unknown',
      reason: 'timeout',
    });
  });

  it('where neither is possible a person looks at once', () => {
    expect(afterUnknown('timeout', terms, standing({ onUnknown: 'hold' }))).toMatchObject({
      do: 'settle',
      state: 'unknown',
    });
  });

  it('is never sent blindly to one that only can be asked', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(100_000_000), (tries, asks, ageMs) => {
        expect(afterUnknown('timeout', terms, standing({ tries, asks, ageMs })).do).toBe('ask');
      }),
    );
  });
});

describe('after a question', () => {
  it('what is found is confirmed, learnt by inquiry', () => {
    expect(
      afterQuestion({ kind: 'found', providerId: 'C1:2', responseDigest: 'd' }, terms, standing({ tries: 4 })),
    ).toMatchObject({ state: 'confirmed', proof: { providerId: 'C1:2', learntBy: 'inquiry' } });
  });

  it('what is absent was not applied: it is tried again while tries are left', () => {
    expect(afterQuestion({ kind: 'absent' }, terms, standing({ tries: 3 }))).toMatchObject({
      do: 'try-again',
      spendsTry: true,
    });
    expect(afterQuestion({ kind: 'absent' }, terms, standing({ tries: 4 }))).toMatchObject({
      do: 'settle',
      state: 'refuted',
      proof: { learntBy: 'inquiry' },
    });
  });

  it('who cannot tell is asked again, a few times; then a person looks', () => {
    const cannot = { kind: 'cannot-tell', reason: 'ratelimited', afterMs: 7_000 } as const;
    expect(afterQuestion(cannot, terms, standing({ asks: 2 }))).toEqual({
      do: 'ask',
      afterMs: 7_000,
      reason: 'ratelimited',
      spendsAsk: true,
    });
    expect(afterQuestion(cannot, terms, standing({ asks: 3 }))).toMatchObject({
      do: 'settle',
      state: 'unknown',
      reason: 'ratelimited',
    });
  });
});

it('a question that a person has to make possible is put again for days, and spends none', () => {
  const given = { kind: 'misconfigured', reason: 'token_revoked' } as const;
  expect(afterQuestion(given, terms, standing({ asks: 9, ageMs: terms.mendMs - 1 }))).toMatchObject({
    do: 'ask',
    reason: 'token_revoked',
    spendsAsk: false,
  });
  expect(afterQuestion(given, terms, standing({ ageMs: terms.mendMs }))).toMatchObject({
    do: 'settle',
    state: 'unknown',
  });
});

describe('the wait between', () => {
  it('doubles from the base to the cap, spread by a quarter to either side', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 40 }), (effectId, turn) => {
        const middle = Math.min(60_000, 1_000 * 2 ** (turn - 1));
        expect(backoffMs(terms, turn, effectId)).toBeGreaterThanOrEqual(middle * 0.75);
        expect(backoffMs(terms, turn, effectId)).toBeLessThanOrEqual(middle * 1.25);
      }),
    );
  });

  it('differs between effects that failed together', () => {
    const waits = new Set(
      Array.from({ length: 100 }, (_, n) =>
        backoffMs(terms, 3, `${(n * 600).toString(16).padStart(4, '0')}0000-0000-5000-8000-000000000000`),
      ),
    );
    expect(waits.size).toBeGreaterThan(50);
  });
});

describe('what a lane learns', () => {
  it.each([
    [{ kind: 'confirmed', providerId: null, responseDigest: 'd' }, { kind: 'well' }],
    [{ kind: 'refuted', reason: 'no' }, { kind: 'well' }],
    [retry({ afterMs: 3_000 }), { kind: 'unwell', afterMs: 3_000 }],
    [
      { kind: 'unknown', reason: 'timeout' },
      { kind: 'unwell', afterMs: null },
    ],
  ] as const)('from %o is %o', (result, expected) => {
    expect(reportAfterAttempt(result)).toEqual(expected);
  });
});
