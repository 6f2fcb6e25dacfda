import { setTimeout } from 'node:timers/promises';
import { Body, Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { sourceOf } from '@sluice/policy';
import { Problem } from '@sluice/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FoundInquiry } from '../../adapters/named-inquiries.ts';
import { AUTHORIZE, check } from '../answers.ts';
import type { Authorize } from '../authorize.ts';
import { FACADE_PARTS, type FacadeParts } from './facade-parts.ts';
import { mailIds, triageBody } from './facade-requests.ts';

/** A watcher posts its mails there, and asks here afterwards. */
const WATCHED = sourceOf('email-webhook');

type Json = Readonly<Record<string, unknown>>;
const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** The document's word for what was done, by the kind of effect that does it. */
const ACTIONS: Readonly<Record<string, string>> = {
  'slack.message': 'slack_posted',
  'mail.acknowledgement': 'ack_sent',
};

const actionsOf = (effects: unknown): readonly string[] => [
  ...new Set(
    (Array.isArray(effects) ? effects.map(asJson) : []).flatMap(({ kind, state }) =>
      state === 'confirmed' ? (ACTIONS[String(kind)] ?? []) : [],
    ),
  ),
];

/**
 * Document 001A: which ticket a mail became, what was decided, and what was done. The document names no key; one is asked for all the
 * same: the answer tells whether a mail came in and what was made of it, and a Message-ID is no secret.
 */
@Controller()
export class TriageController {
  readonly #parts: FacadeParts;
  readonly #authorize: Authorize;

  constructor(@Inject(FACADE_PARTS) parts: FacadeParts, @Inject(AUTHORIZE) authorize: Authorize) {
    this.#parts = parts;
    this.#authorize = authorize;
  }

  @Post('triage')
  async triage(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const { sources } = await this.#parts.isOn('triage');
    const { message_id: messageId, thread_id: threadId } = check(triageBody, body);
    const found = await this.#settled(() =>
      this.#parts.find({ sources: [...sources, WATCHED], ids: mailIds(messageId, threadId) }),
    );
    if (!found) {
      const errors = [
        {
          pointer: '/message_id',
          detail: 'is of no mail that has come in: POST /v1/mail takes mails in, /webhook/email too',
        },
      ];
      throw new Problem({
        status: 404,
        title: 'Not found',
        detail: 'No mail with this Message-ID is known here.',
        errors,
      });
    }
    const scored = (await this.#parts.model.events(found.inquiryId)).findLast(
      ({ topic }) => topic === 'inquiry.scored.v1',
    );
    const { category = null, confidence = null } = asJson(asJson(scored?.data)['decision']);
    reply.status(found.row['settled'] === true || category !== null ? 200 : 202);
    return { ticket_id: found.inquiryId, category, confidence, actions_taken: actionsOf(found.row['effects']) };
  }

  /** A mail that was posted a moment ago is waited for, as long as patience lasts. */
  async #settled(find: () => Promise<FoundInquiry | null>): Promise<FoundInquiry | null> {
    const until = performance.now() + this.#parts.patience.withinMs;
    for (;;) {
      const found = await find();
      if (found?.row['settled'] === true || performance.now() >= until) return found;
      await setTimeout(this.#parts.patience.everyMs);
    }
  }
}
