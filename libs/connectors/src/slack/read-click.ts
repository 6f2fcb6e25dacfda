import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What of a message a person may do by a button. */
export const slackActions = ['approve', 'decline', 'claim', 'close'] as const;
export type SlackAction = (typeof slackActions)[number];

/** A person clicked a button of a message of ours. */
export interface SlackClick {
  readonly action: SlackAction;
  readonly inquiryId: string;
  /** Slack's id of the person. */
  readonly user: string;
  /** Where what came of it is told. */
  readonly responseUrl: string;
  /** The message as it stands. */
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
}

export interface SlackRequest {
  readonly rawBody: string;
  /** `X-Slack-Request-Timestamp`, seconds, and `X-Slack-Signature`; empty where they are missing. */
  readonly timestamp: string;
  readonly signature: string;
}

const TOLERANCE_SECONDS = 300;

const payload = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().min(1).max(100) }),
  response_url: z.url(),
  message: z.object({ blocks: z.array(z.record(z.string(), z.unknown())).default([]) }).optional(),
  actions: z.array(z.object({ action_id: z.enum(slackActions), value: z.uuid() })).min(1),
});

/** Whether Slack sent it, a moment ago: `v0=` and HMAC-SHA256 of `v0:<timestamp>:<body>`. https://api.slack.com/authentication/verifying-requests-from-slack */
export const isFromSlack = (
  { rawBody, timestamp, signature }: SlackRequest,
  { signingSecret, nowSeconds }: { readonly signingSecret: string; readonly nowSeconds: number },
): boolean => {
  if (!/^\d+$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const expected = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${rawBody}`).digest('hex')}`;
  const [ours, theirs] = [Buffer.from(expected), Buffer.from(signature)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/** The click in the body of a request; null where it is none of ours. */
export const readClick = (rawBody: string): SlackClick | null => {
  const read = payload.safeParse(parsedJson(new URLSearchParams(rawBody).get('payload') ?? ''));
  if (!read.success) return null;
  const { user, response_url: responseUrl, message, actions } = read.data;
  const [first] = actions;
  return first
    ? { action: first.action_id, inquiryId: first.value, user: user.id, responseUrl, blocks: message?.blocks ?? [] }
    : null;
};
