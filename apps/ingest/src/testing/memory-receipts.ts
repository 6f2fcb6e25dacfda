import type { IdempotencyKeys, Receipts } from '../ports/receipts.port.ts';

/** Which content an inquiry's id stands for, and whether the broker had it. */
export type KnownReceipts = Map<string, { fingerprint: string | null; isAcknowledged: boolean }>;

export type KnownWindows = Map<string, { beganAt: string; endsAt: string }>;

export const memoryReceipts = (known: KnownReceipts = new Map(), windows: KnownWindows = new Map()): Receipts => ({
  async claim({ inquiryId, fingerprint }) {
    const receipt = known.get(inquiryId);
    if (!receipt) known.set(inquiryId, { fingerprint, isAcknowledged: false });
    else if (receipt.fingerprint !== null && fingerprint !== null && receipt.fingerprint !== fingerprint)
      return 'other';
    else receipt.fingerprint ??= fingerprint;
    return receipt?.isAcknowledged ? 'acknowledged' : 'new';
  },
  async openWindow({ contentId, receivedAt, minutes }) {
    const open = windows.get(contentId);
    if (open && Date.parse(open.endsAt) >= Date.parse(receivedAt)) return open.beganAt;
    const endsAt = new Date(Date.parse(receivedAt) + minutes * 60_000).toISOString();
    windows.set(contentId, { beganAt: receivedAt, endsAt });
    return receivedAt;
  },
  async acknowledge(inquiryId) {
    const receipt = known.get(inquiryId);
    if (receipt) receipt.isAcknowledged = true;
  },
});

export type KnownKeys = Map<string, { fingerprint: string; body?: unknown }>;

export const memoryIdempotencyKeys = (keys: KnownKeys = new Map()): IdempotencyKeys => ({
  async begin(key, fingerprint) {
    const known = keys.get(key);
    if (!known) {
      keys.set(key, { fingerprint });
      return { kind: 'new' };
    }
    if (known.fingerprint !== fingerprint) return { kind: 'other-body' };
    return known.body === undefined ? { kind: 'in-progress' } : { kind: 'answered', body: known.body };
  },
  async finish(key, body) {
    keys.set(key, { fingerprint: keys.get(key)?.fingerprint ?? '', body });
  },
  async release(key) {
    if (keys.get(key)?.body === undefined) keys.delete(key);
  },
});
