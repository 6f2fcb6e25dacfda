import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  readonly id: string;
  /** Seconds since the epoch, as it stands in the header. */
  readonly timestamp: string;
  /** One or several `v1,<base64>`, separated by spaces. */
  readonly signature: string;
  readonly body: string;
}

const TOLERANCE_SECONDS = 5 * 60;

const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

const isEqual = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

/**
 * Checks a request as Standard Webhooks says. Written out here, not taken from the library the sender uses: a judge that
 * shares the sender's code would share its mistakes.
 */
export const isSignedBy = (secret: string, { id, timestamp, signature, body }: SignedRequest): boolean => {
  const expected = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest();
  return signature
    .split(' ')
    .some((one) => one.startsWith('v1,') && isEqual(Buffer.from(one.slice(3), 'base64'), expected));
};

export const isRecent = (timestamp: string, nowSeconds: number): boolean =>
  /^\d+$/.test(timestamp) && Math.abs(nowSeconds - Number(timestamp)) <= TOLERANCE_SECONDS;
