import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a request says of its signature, before its body is known. */
export interface SignatureHeaders {
  /** `sha256=<hex>`; undefined when the header is missing. */
  readonly signature: string | undefined;
  /** Seconds since the epoch, as the sender wrote it; undefined when the header is missing. */
  readonly timestamp: string | undefined;
}

export type SignatureFault = 'missing' | 'malformed' | 'stale' | 'wrong';

const SKEW_SECONDS = 5 * 60;

const isEqual = (expected: Buffer, given: Buffer): boolean =>
  expected.length === given.length && timingSafeEqual(expected, given);

const hexOf = (signature: string): string | undefined => /^sha256=([0-9a-f]{64})$/i.exec(signature.trim())?.[1];

/** What is wrong with a signature whatever the body is; null: the body decides. */
export const signatureFault = ({ signature, timestamp }: SignatureHeaders, nowMs: number): SignatureFault | null => {
  if (signature === undefined) return 'missing';
  if (!hexOf(signature)) return 'malformed';
  const seconds = Number(timestamp);
  return timestamp !== undefined && !(Math.abs(nowMs / 1_000 - seconds) <= SKEW_SECONDS) ? 'stale' : null;
};

/** The keys whose secret this body was signed with, over its raw bytes, in constant time: every one is tried, so that time does not tell which fits. */
export const fittingKeys = <Key extends { readonly secret: { reveal(): string } }>(
  { signature = '', timestamp }: SignatureHeaders,
  body: Buffer,
  keys: readonly Key[],
): readonly Key[] => {
  const signed = timestamp === undefined ? body : Buffer.concat([Buffer.from(`${timestamp}.`), body]);
  const given = Buffer.from(hexOf(signature) ?? '', 'hex');
  const fits = keys.map(({ secret }) => isEqual(createHmac('sha256', secret.reveal()).update(signed).digest(), given));
  return keys.filter((_, at) => fits[at]);
};
