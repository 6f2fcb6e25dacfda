import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  /** The body as it came over the wire. */
  readonly body: Buffer;
  /** `sha256=<hex>`; undefined when the header is missing. */
  readonly signature: string | undefined;
  /** Seconds since the epoch, as the sender wrote it; undefined when the header is missing. */
  readonly timestamp: string | undefined;
}

export type SignatureVerdict = 'valid' | 'missing' | 'malformed' | 'stale' | 'wrong';

const SKEW_SECONDS = 5 * 60;

const isEqual = (expected: Buffer, given: Buffer): boolean =>
  expected.length === given.length && timingSafeEqual(expected, given);

/** Checks `X-Signature` over the raw bytes, in constant time, against every live secret: two are live while one is rotated. */
export const verifySignature = (
  { body, signature, timestamp }: SignedRequest,
  secrets: readonly string[],
  nowMs: number,
): SignatureVerdict => {
  if (signature === undefined) return 'missing';
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(signature.trim())?.[1];
  if (!hex) return 'malformed';
  const seconds = Number(timestamp);
  if (timestamp !== undefined && !(Math.abs(nowMs / 1_000 - seconds) <= SKEW_SECONDS)) return 'stale';
  const signed = timestamp === undefined ? body : Buffer.concat([Buffer.from(`${timestamp}.`), body]);
  const given = Buffer.from(hex, 'hex');
  // Every secret is tried, so that time does not tell which one fits.
  const fits = secrets.map((secret) => isEqual(createHmac('sha256', secret).update(signed).digest(), given));
  return fits.includes(true) ? 'valid' : 'wrong';
};
