import { Controller, HttpCode, Inject, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { isFromSlack, readClick, type SlackClick } from '@sluice/connectors';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';

export const SLACK = Symbol('SLACK');

export interface SlackParts {
  /** Null: no signing secret is set, and nothing from Slack is taken. */
  readonly signingSecret: string | null;
  /** Obeys a click, after it was answered. Never throws. */
  readonly obey: (click: SlackClick) => void;
}

const header = ({ headers }: FastifyRequest, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};

/** Where Slack tells of clicks. It waits three seconds for an answer: what came of a click is told afterwards, where it was clicked. */
@Controller('v1/slack')
export class SlackController {
  readonly #parts: SlackParts;

  constructor(@Inject(SLACK) parts: SlackParts) {
    this.#parts = parts;
  }

  @Post('interactions')
  @HttpCode(200)
  click(@Req() request: RawBodyRequest<FastifyRequest>): string {
    const { signingSecret, obey } = this.#parts;
    if (signingSecret === null)
      throw new Problem({
        status: 404,
        title: 'Not switched on',
        detail: 'Clicks in Slack are not taken here: set SLUICE_SLACK_SIGNING_SECRET.',
      });
    const rawBody = request.rawBody?.toString('utf8') ?? '';
    const signed = {
      rawBody,
      timestamp: header(request, 'x-slack-request-timestamp'),
      signature: header(request, 'x-slack-signature'),
    };
    if (!isFromSlack(signed, { signingSecret, nowSeconds: Date.now() / 1_000 }))
      throw new Problem({
        status: 401,
        title: 'Not from Slack',
        detail: 'X-Slack-Signature does not fit the body, or X-Slack-Request-Timestamp is more than five minutes off.',
      });
    const click = readClick(rawBody);
    // What is none of ours (a menu of another app's, a modal) is well received, and nothing follows.
    if (click !== null) obey(click);
    return '';
  }
}
