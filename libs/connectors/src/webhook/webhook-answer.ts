import { createHash } from 'node:crypto';
import type { Response } from 'undici';
import type { AttemptResult } from '../ports/connector.port.ts';
import { retryAfterMs } from '../retry-after.ts';

/** What of an answer goes into its digest. A receiver's answer is not read beyond that. */
const DIGESTED_BYTES = 64 * 1024;

/** Answers that say the receiver did not work on it, and may later. Who spends a try on them is the second word. */
const NOT_NOW: Readonly<Record<number, 'spends' | 'spares'>> = {
  // Our secret or our address book is out of step with theirs: someone mends it, and nothing may be lost meanwhile.
  401: 'spares',
  403: 'spares',
  407: 'spares',
  408: 'spends',
  425: 'spends',
  429: 'spares',
  503: 'spends',
};

/** A body that breaks off after a good status leaves the status good. */
const digestOf = async ({ status, body }: Response): Promise<string> => {
  const hash = createHash('sha256').update(`${status}\n`);
  let bytes = 0;
  try {
    for await (const part of body ?? []) {
      const chunk = Buffer.from(part as Uint8Array).subarray(0, DIGESTED_BYTES - bytes);
      hash.update(chunk);
      bytes += chunk.length;
      if (bytes >= DIGESTED_BYTES) break;
    }
  } catch {
    hash.update('broken off');
  }
  return hash.digest('hex');
};

const refusalOf = (status: number): string => {
  // A redirect would send a signed body to an address nobody agreed on.
  if (status >= 300 && status < 400) return 'redirect-refused';
  return status === 410 ? 'subscription-gone' : `http-${status}`;
};

/** What a receiver's answer says. A 5xx may come after the work was done, so nobody knows; 503 says that it was not begun. */
export const webhookResultOf = async (response: Response): Promise<AttemptResult> => {
  const { status, headers, ok } = response;
  if (ok) return { kind: 'confirmed', providerId: null, responseDigest: await digestOf(response) };
  await response.body?.cancel().catch(() => undefined);
  const notNow = NOT_NOW[status];
  if (notNow)
    return {
      kind: 'retry',
      reason: `http-${status}`,
      afterMs: retryAfterMs(headers.get('retry-after')),
      spendsTry: notNow === 'spends',
    };
  return status >= 500 ? { kind: 'unknown', reason: `http-${status}` } : { kind: 'refuted', reason: refusalOf(status) };
};
