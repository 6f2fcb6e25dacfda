import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { sourceOf } from '@sluice/policy';
import { Problem } from '@sluice/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lookUntil } from '../../adapters/look-until.ts';
import type { EffectView, InquiryWithEffects } from '../../adapters/read-model.ts';
import { AUTHORIZE, type Authorize } from '../access.ts';
import { body, notFound, parameters } from '../checks.ts';
import { FACADE_PARTS, type FacadeParts, type InquiryName } from './facades.ts';
import { leadPath, mailIds, replayEmailBody, triageBody } from './requests.ts';

/** A watcher posts its mails there, and asks here afterwards. */
const WATCHED = sourceOf('email-webhook');
/** More dead letters than one inquiry can have. */
const ALL = 500;

/** The document's word for what was done, by the kind of effect that does it. */
const ACTIONS: Readonly<Record<string, string>> = {
  'slack.message': 'slack_posted',
  'mail.reply': 'ack_sent',
};

const actionsOf = (effects: readonly EffectView[]): readonly string[] => [
  ...new Set(effects.flatMap(({ kind, state }) => (state === 'confirmed' ? (ACTIONS[kind] ?? []) : []))),
];

/** Documents 001A, 001E and 004: what became of one mail or lead by its id, and what failed of it put back. */
@Controller()
export class InquiryFacadesController {
  readonly #parts: FacadeParts;
  readonly #authorize: Authorize;

  constructor(@Inject(FACADE_PARTS) parts: FacadeParts, @Inject(AUTHORIZE) authorize: Authorize) {
    this.#parts = parts;
    this.#authorize = authorize;
  }

  /**
   * Which ticket a mail became, what was decided, and what was done. The document names no key; one is asked for all the same: the answer
   * tells whether a mail came in and what was made of it, and a Message-ID is no secret.
   */
  @Post('triage')
  async triage(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const { sources } = await this.#parts.isOn('triage');
    const { message_id: messageId, thread_id: threadId } = body(triageBody, sent);
    const found = await this.#settled({ sources: [...sources, WATCHED], ids: mailIds(messageId, threadId) });
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
    const { category, confidence, settled, effects } = found;
    reply.status(settled || category !== null ? 200 : 202);
    return { ticket_id: found.inquiryId, category, confidence, actions_taken: actionsOf(effects) };
  }

  @Get('admin/leads/:lead_id')
  async lead(@Req() request: FastifyRequest, @Param() path: unknown): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const { sources } = await this.#parts.isOn('admin-leads');
    const { lead_id: id } = parameters(leadPath, path, 'path');
    const found = await this.#known('lead', { sources, ids: [id] });
    const { inquiryId, state, label, owner, score, priority, queue, reason, receivedAt, settled, effects } = found;
    return {
      lead_id: id,
      inquiryId,
      status: state,
      score,
      label,
      priority,
      queue,
      owner,
      reason,
      receivedAt,
      settled,
      effects,
    };
  }

  @Post('admin/retry/:lead_id')
  async retry(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param() path: unknown,
  ): Promise<object> {
    const who = this.#authorize(request, 'dlq:replay').id;
    const { sources } = await this.#parts.isOn('admin-leads');
    const { lead_id: id } = parameters(leadPath, path, 'path');
    const found = await this.#known('lead', { sources, ids: [id] });
    return { lead_id: id, ...(await this.#replay(found, { who, why: 'POST /admin/retry/{lead_id}' }, reply)) };
  }

  @Post('admin/replay')
  async replayEmail(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const who = this.#authorize(request, 'dlq:replay').id;
    const { sources } = await this.#parts.isOn('admin-replay');
    const { email_id: emailId, thread_id: threadId } = body(replayEmailBody, sent);
    const found = await this.#known('email', { sources, ids: mailIds(emailId, threadId) });
    return { email_id: emailId, ...(await this.#replay(found, { who, why: 'POST /admin/replay' }, reply)) };
  }

  async #known(what: string, name: InquiryName): Promise<InquiryWithEffects> {
    const found = await this.#parts.find(name);
    if (!found) throw notFound(what);
    return found;
  }

  /** A mail that was posted a moment ago is waited for, as long as patience lasts. */
  #settled(name: InquiryName): Promise<InquiryWithEffects | null> {
    const { find, patience } = this.#parts;
    return lookUntil(
      () => find(name),
      (found) => found?.settled === true,
      patience,
    );
  }

  /** 202 when something was put back, or somebody else is at it; 200 when nothing of it failed that was not put back before. */
  async #replay(
    { inquiryId, state }: InquiryWithEffects,
    by: { readonly who: string; readonly why: string },
    reply: FastifyReply,
  ): Promise<object> {
    const { replayed, underway, refused, expired } = await this.#parts.deadLetters.replay({
      inquiryId,
      ...by,
      dryRun: false,
      playbook: 'original',
      limit: ALL,
    });
    const isQueued = replayed.length + underway.length > 0;
    reply.status(isQueued ? 202 : 200);
    return {
      inquiryId,
      status: isQueued ? 'queued' : state,
      replayed: replayed.length,
      ...(underway.length > 0 ? { underway: underway.length } : {}),
      ...(refused.length > 0 ? { refused: refused.length } : {}),
      ...(expired.length > 0 ? { expired: expired.length } : {}),
    };
  }
}
