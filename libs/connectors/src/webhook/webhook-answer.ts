import { createHash } from 'node:crypto';
import type { Response } from 'undici';
import type { AttemptResult } from '../ports/connector.port.ts';
import { waitOf } from '../retry-after.ts';

/** What of an answer goes into its digest. A receiver's answer is not read beyond that. */
const DIGESTED_BYTES = 64 * 1024;

/** Our secret or our address is out of step with theirs: a person mends it, and nothing may be lost meanwhile. */
const MISCONFIGURED: ReadonlySet<number> = new Set([401, 403, 404, 405, 407]);

/** Answers that say the receiver did not work on it, and may later; and whether they spend a try. */
const NOT_NOW: ReadonlyMap<number, { readonly spendsTry: boolean }> = new Map([
  [408, { spendsTry: true }],
  [425, { spendsTry: true }],
  [429, { spendsTry: false }],
  [503, { spendsTry: true }],
]);

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
  const reason = `http-${status}`;
  if (MISCONFIGURED.has(status)) return { kind: 'misconfigured', reason };
  const notNow = NOT_NOW.get(status);
  if (notNow) return { kind: 'retry', reason, afterMs: waitOf(headers.get('retry-after')), ...notNow };
  return status >= 500 ? { kind: 'unknown', reason } : { kind: 'refuted', reason: refusalOf(status) };
};
