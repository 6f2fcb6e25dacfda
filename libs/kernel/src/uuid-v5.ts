import { hash } from 'node:crypto';

/** Sluice's namespace for name-based ids. Changing it would give every inquiry a new identity. */
const NAMESPACE = Buffer.from('8f0f7b3c7a3d5f0c9d0d2f6c51a7e2b4', 'hex');
const SEPARATOR = '\u001f';

/**
 * A name-based UUID (RFC 9562, version 5) of `parts`, which are joined by a separator no input holds, so that
 * `('ab','c')` and `('a','bc')` differ. The same parts give the same id for ever: replay and deduplication rest on it.
 */
export const uuidV5 = (...parts: readonly string[]): string => {
  const bytes = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(parts.join(SEPARATOR))]), 'buffer').subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
