import { contentHash } from '@sluice/kernel';
import { Webhook } from 'standardwebhooks';
import { networkFailureOf } from '../network-failure.ts';
import type { AttemptResult, Connector, Effect } from '../ports/connector.port.ts';
import { retryAfterMs } from '../retry-after.ts';

export interface WebhookOptions {
  /** Base address; the effect's target, a subscriber's name, is appended as a path. */
  readonly url: string;
  /** `whsec_` and base64, as Standard Webhooks has it. */
  readonly secret: string;
  /** Milliseconds one delivery may take; default 10,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
const TOO_MANY = 429;
const GONE = 410;

const bodyOf = ({ effectId, content }: Effect): string => JSON.stringify({ ...content, event_id: effectId });

/** What an answer says: 5xx after the whole request was read may have been applied, so nobody knows. */
const resultOf = async (response: Response): Promise<AttemptResult> => {
  const { status } = response;
  const digest = contentHash({ status, body: await response.text() });
  if (response.ok) return { kind: 'confirmed', providerId: null, responseDigest: digest };
  if (status === TOO_MANY || status === 503) return { kind: 'retry', reason: `http-${status}`, afterMs: retryAfterMs(response.headers.get('retry-after')), spendsTry: status !== TOO_MANY };
  if (status >= 500) return { kind: 'unknown', reason: `http-${status}` };
  // A redirect would send a signed body to an address nobody agreed on.
  return { kind: 'refuted', reason: status >= 300 && status < 400 ? 'redirect-refused' : status === GONE ? 'subscription-gone' : `http-${status}` };
};

const failureOf = (error: unknown): AttemptResult => {
  const failure = networkFailureOf(error);
  return failure === 'not-sent' ? { kind: 'retry', reason: 'not-reachable', afterMs: null, spendsTry: false } : { kind: 'unknown', reason: failure };
};

/**
 * Delivers signed webhooks (Standard Webhooks). The effect's id is the `webhook-id`, the same for every attempt; receivers that
 * keep it recognise a repeat, so that what nobody knows is sent again. The timestamp and its signature are new each time.
 */
export const createWebhookConnector = ({ url, secret, timeoutMs = TIMEOUT_MS }: WebhookOptions): Connector => {
  const signer = new Webhook(secret);
  const deliver = async (effect: Effect): Promise<AttemptResult> => {
    const body = bodyOf(effect);
    const at = new Date();
    const response = await fetch(`${url}/${encodeURIComponent(effect.target)}`, {
      method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json', 'webhook-id': effect.effectId, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': signer.sign(effect.effectId, at, body),
      },
    });
    return resultOf(response);
  };
  return {
    kind: 'webhook.delivery',
    onUnknown: 'resend',
    timeoutMs,
    perform: (effect) => deliver(effect).catch(failureOf),
    ask: async () => ({ kind: 'cannot-tell', reason: 'not-askable', afterMs: null }),
  };
};
