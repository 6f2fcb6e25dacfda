import { systemClock, type Clock } from '@sluice/kernel';
import { Webhook } from 'standardwebhooks';
import { Agent, fetch } from 'undici';
import { networkFailureOf } from '../network-failure.ts';
import type { AttemptResult, Connector, Effect } from '../ports/connector.port.ts';
import { isPublicHost, PrivateAddressError, publicLookup } from './public-addresses-only.ts';
import { webhookResultOf } from './webhook-answer.ts';

export interface WebhookOptions {
  /** Base address; the effect's target, a subscriber's name, is appended as a path. */
  readonly url: string;
  /** `whsec_` and base64, as Standard Webhooks has it. While one is rotated, both, the new one first: each delivery is signed by all. */
  readonly secret: string | readonly string[];
  /** Milliseconds one delivery may take; default 10,000. */
  readonly timeoutMs?: number;
  /** Refuses receivers in networks that are not public (SSRF). For addresses that others than the operator may choose. Default false. */
  readonly publicOnly?: boolean;
  readonly clock?: Clock;
}

const TIMEOUT_MS = 10_000;
const MS_PER_SECOND = 1_000;
const REFUSED: AttemptResult = { kind: 'refuted', reason: 'private-address-refused' };

/** Byte for byte the same for every attempt; what the signature covers besides is new each time. */
const bodyOf = ({ effectId, content }: Effect): string => JSON.stringify({ ...content, event_id: effectId });

const isPrivate = (error: unknown): boolean =>
  error instanceof Error && (error instanceof PrivateAddressError || isPrivate(error.cause));

const failureOf = (error: unknown): AttemptResult => {
  if (isPrivate(error)) return REFUSED;
  const failure = networkFailureOf(error);
  return failure === 'not-sent'
    ? { kind: 'retry', reason: failure, afterMs: null, spendsTry: false }
    : { kind: 'unknown', reason: failure };
};

/**
 * Delivers signed webhooks (Standard Webhooks). The effect's id is the `webhook-id`, the same for every attempt; receivers that
 * keep it recognise a repeat, so that what nobody knows is sent again. The timestamp and its signature are new each time.
 */
export const createWebhookConnector = ({
  url,
  secret,
  timeoutMs = TIMEOUT_MS,
  publicOnly = false,
  clock = systemClock,
}: WebhookOptions): Connector => {
  const signers = [secret].flat().map((one) => new Webhook(one));
  const agent = new Agent(publicOnly ? { connect: { lookup: publicLookup } } : {});

  const deliver = async (effect: Effect): Promise<AttemptResult> => {
    const address = new URL(`${url.replace(/\/+$/, '')}/${encodeURIComponent(effect.target)}`);
    if (publicOnly && !isPublicHost(address.hostname)) return REFUSED;
    const body = bodyOf(effect);
    const at = new Date(clock.now());
    return webhookResultOf(
      await fetch(address, {
        method: 'POST',
        body,
        redirect: 'manual',
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Sluice/0.1 (webhook delivery)',
          'webhook-id': effect.effectId,
          'webhook-timestamp': String(Math.floor(at.getTime() / MS_PER_SECOND)),
          'webhook-signature': signers.map((signer) => signer.sign(effect.effectId, at, body)).join(' '),
        },
      }),
    );
  };

  return {
    kind: 'webhook.delivery',
    onUnknown: 'resend',
    timeoutMs,
    // What is wrong at a subscriber is learnt from the first delivery.
    check: null,
    perform: (effect) => deliver(effect).catch(failureOf),
    ask: async () => ({ kind: 'cannot-tell', reason: 'not-askable', afterMs: null }),
    close: () => agent.close(),
  };
};
