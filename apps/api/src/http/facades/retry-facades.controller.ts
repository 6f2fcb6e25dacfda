import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FoundInquiry, InquiryName } from '../../adapters/named-inquiries.ts';
import { AUTHORIZE, check, notFound } from '../answers.ts';
import type { Authorize } from '../authorize.ts';
import { FACADE_PARTS, type FacadeParts } from './facade-parts.ts';
import { leadId, mailIds, replayEmailBody } from './facade-requests.ts';

/** More dead letters than one inquiry can have. */
const ALL = 500;

/** Documents 001E and 004: one lead or mail by its id, and what failed of it put back. */
@Controller()
export class RetryFacadesController {
  readonly #parts: FacadeParts;
  readonly #authorize: Authorize;

  constructor(@Inject(FACADE_PARTS) parts: FacadeParts, @Inject(AUTHORIZE) authorize: Authorize) {
    this.#parts = parts;
    this.#authorize = authorize;
  }

  @Get('admin/leads/:lead_id')
  async lead(@Req() request: FastifyRequest, @Param('lead_id') id: string): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const { sources } = await this.#parts.isOn('admin-leads');
    const { inquiryId, row } = await this.#known('lead', { sources, ids: [check(leadId, id)] });
    const { state, label, owner, score, priority, queue, reason, receivedAt, settled, effects } = row;
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
    @Param('lead_id') id: string,
  ): Promise<object> {
    const who = this.#authorize(request, 'dlq:replay').id;
    const { sources } = await this.#parts.isOn('admin-leads');
    const found = await this.#known('lead', { sources, ids: [check(leadId, id)] });
    return { lead_id: id, ...(await this.#replay(found, { who, why: 'POST /admin/retry/{lead_id}' }, reply)) };
  }

  @Post('admin/replay')
  async replayEmail(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const who = this.#authorize(request, 'dlq:replay').id;
    const { sources } = await this.#parts.isOn('admin-replay');
    const { email_id: emailId, thread_id: threadId } = check(replayEmailBody, body);
    const found = await this.#known('email', { sources, ids: mailIds(emailId, threadId) });
    return { email_id: emailId, ...(await this.#replay(found, { who, why: 'POST /admin/replay' }, reply)) };
  }

  async #known(what: string, name: InquiryName): Promise<FoundInquiry> {
    const found = await this.#parts.find(name);
    if (!found) throw notFound(what);
    return found;
  }

  /** 202 when something was put back; 200 when nothing of it failed that was not put back before. */
  async #replay(
    { inquiryId, row }: FoundInquiry,
    by: { readonly who: string; readonly why: string },
    reply: FastifyReply,
  ): Promise<object> {
    const { replayed } = await this.#parts.deadLetters.replay({
      inquiryId,
      ...by,
      dryRun: false,
      playbook: 'original',
      limit: ALL,
    });
    reply.status(replayed.length > 0 ? 202 : 200);
    return { inquiryId, status: replayed.length > 0 ? 'queued' : row['state'], replayed: replayed.length };
  }
}
