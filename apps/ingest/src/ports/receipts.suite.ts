import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { IdempotencyKeys, Receipts } from './receipts.port.ts';

export interface ReceiptsUnderTest {
  readonly receipts: () => Receipts;
  readonly keys: () => IdempotencyKeys;
}

/** What receipts and keyed answers promise, whatever they are kept in. */
export const receiptsSuite = ({ receipts, keys }: ReceiptsUnderTest): void => {
  describe('a receipt', () => {
    const claimed = (inquiryId: string, fingerprint: string | null) =>
      receipts().claim({ inquiryId, fingerprint, days: 1 });

    it('belongs to the content that claimed it first, and says once it was acknowledged', async () => {
      const id = randomUUID();
      expect([await claimed(id, 'a'), await claimed(id, 'a')]).toEqual(['new', 'new']);
      await receipts().acknowledge(id);
      expect([await claimed(id, 'a'), await claimed(id, 'b'), await claimed(id, 'a')]).toEqual([
        'acknowledged',
        'other',
        'acknowledged',
      ]);
    });

    it('that was claimed for no content yet is for the first that comes', async () => {
      const id = randomUUID();
      expect([
        await claimed(id, null),
        await claimed(id, 'a'),
        await claimed(id, 'b'),
        await claimed(id, null),
      ]).toEqual(['new', 'new', 'other', 'new']);
    });

    it('is claimed by one of two that come at the same time', async () => {
      const id = randomUUID();
      const states = await Promise.all(['a', 'b', 'c', 'd'].map((fingerprint) => claimed(id, fingerprint)));
      expect(states.sort()).toEqual(['new', 'other', 'other', 'other']);
    });
  });

  describe('the window of a content', () => {
    it('begins when it comes first, does not grow, and begins anew after its end', async () => {
      const contentId = randomUUID();
      const open = (receivedAt: string) => receipts().openWindow({ contentId, receivedAt, minutes: 10 });
      const [first, later] = ['2026-01-05T09:04:59.123Z', '2026-01-05T09:14:59.124Z'];
      expect([
        await open(first),
        await open('2026-01-05T09:09:00.000Z'),
        await open('2026-01-05T09:14:59.123Z'),
      ]).toEqual([first, first, first]);
      expect([await open(later), await open('2026-01-05T09:20:00.000Z')]).toEqual([later, later]);
    });
  });

  describe('an answer under a key', () => {
    it('is given again for the same body, and for no other', async () => {
      const key = randomUUID();
      expect(await keys().begin(key, 'body')).toEqual({ kind: 'new' });
      expect(await keys().begin(key, 'body')).toEqual({ kind: 'in-progress' });
      await keys().finish(key, { inquiryId: 'x' });
      expect(await keys().begin(key, 'body')).toEqual({ kind: 'answered', body: { inquiryId: 'x' } });
      expect(await keys().begin(key, 'another')).toEqual({ kind: 'other-body' });
    });

    it('may be asked for anew where the request failed', async () => {
      const key = randomUUID();
      await keys().begin(key, 'body');
      await keys().release(key);
      expect(await keys().begin(key, 'another')).toEqual({ kind: 'new' });
    });
  });
};
