import { describe, expect, it } from 'vitest';
import { aPlannedEffect } from '../testing/a-planned-effect.ts';
import { settledEventOf } from './settled-event.ts';

const NOW = '2026-01-05T12:00:00.000Z';

const settledWith = (over: { readonly reason?: string; readonly providerId?: string }) =>
  settledEventOf(
    aPlannedEffect(),
    {
      do: 'settle',
      state: 'confirmed',
      reason: over.reason ?? null,
      proof: { providerId: over.providerId ?? null, responseDigest: null, learntBy: 'answer' },
    },
    { attempts: 1, settlements: 0, settledAt: NOW },
  ).event.receipt;

describe('the event of a settled effect', () => {
  it('is small, however much a provider says: an event that no topic takes would hold up all that settle after it', () => {
    const endless = 'x'.repeat(2_000_000);
    const { reason, providerId } = settledWith({ reason: endless, providerId: endless });
    expect([reason?.length, providerId?.length]).toEqual([500, 500]);
  });

  it('has nothing in it that a table refuses', () => {
    expect(settledWith({ providerId: 'C1\u0000/\ud83d' }).providerId).toBe('C1/\ufffd');
  });
});
