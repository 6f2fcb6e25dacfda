import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Commands, OrderResult } from '../adapters/commands.ts';
import type { History, InquiryWithEffects, ReadModel } from '../adapters/read-model.ts';
import { AUTHORIZE, type Authorize } from './access.ts';
import { badField, body, gone, notFound, parameters } from './checks.ts';
import { clocksOf, explain } from './explain.ts';
import { commandBody, cursorOf, decisionPath, inquiryPath, listQuery } from './requests.ts';

export const READ_MODEL = Symbol('READ_MODEL');
export const COMMANDS = Symbol('COMMANDS');

const accepted = (result: OrderResult): object => {
  switch (result.kind) {
    case 'accepted':
      return { commandId: result.commandId };
    case 'unknown-inquiry':
      throw notFound('routed inquiry');
    case 'unknown-reason':
      throw badField(
        '/command/reason',
        `is no reason of the playbook; it knows ${result.reasons.join(', ') || 'none'}`,
      );
  }
};

/** What became of every inquiry, and why; its promises; and what people say about it. */
@Controller('v1')
export class InquiriesController {
  readonly #model: ReadModel;
  readonly #commands: Commands;
  readonly #authorize: Authorize;

  constructor(
    @Inject(READ_MODEL) model: ReadModel,
    @Inject(COMMANDS) commands: Commands,
    @Inject(AUTHORIZE) authorize: Authorize,
  ) {
    this.#model = model;
    this.#commands = commands;
    this.#authorize = authorize;
  }

  /** @throws Problem 410 once retention has deleted what it would be told from */
  async #history({ inquiryId, state }: InquiryWithEffects, withContent: boolean): Promise<History> {
    const history = await this.#model.history(inquiryId, { withContent });
    if (history.events.length > 0) return history;
    throw gone(
      `The inquiry is known, and is ${state}; its events were older than the playbooks keep (retention.auditDays) and were deleted. What is left is at /v1/inquiries/${inquiryId}.`,
    );
  }

  @Get('inquiries')
  async list(@Req() request: FastifyRequest, @Query() query: unknown): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const { cursor, ...filter } = parameters(listQuery, query);
    const { data, next } = await this.#model.list({ ...filter, after: cursor });
    return { data, next_cursor: cursorOf(next) };
  }

  @Get('inquiries/:id')
  async one(@Req() request: FastifyRequest, @Param() path: unknown): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const found = await this.#model.inquiry(parameters(inquiryPath, path, 'path').id);
    if (!found) throw notFound('inquiry');
    return found;
  }

  @Get('decisions/:id/explain')
  async explain(@Req() request: FastifyRequest, @Param() path: unknown): Promise<object> {
    const key = this.#authorize(request, 'inquiries:read');
    const inquiry = await this.#model.inquiryOf(parameters(decisionPath, path, 'path').id);
    if (!inquiry) throw notFound('decision or inquiry');
    const showContent = key.scopes.includes('inquiries:content');
    const history = await this.#history(inquiry, showContent);
    return { inquiry, ...explain(history, { showContent, effects: inquiry.effects }) };
  }

  @Get('inquiries/:id/clocks')
  async clocks(@Req() request: FastifyRequest, @Param() path: unknown): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const inquiry = await this.#model.inquiry(parameters(inquiryPath, path, 'path').id);
    if (!inquiry) throw notFound('inquiry');
    const { events, truncated } = await this.#history(inquiry, false);
    return { data: clocksOf(events, inquiry.effects), truncated };
  }

  @Post('inquiries/:id/commands')
  @HttpCode(202)
  async command(@Req() request: FastifyRequest, @Param() path: unknown, @Body() sent: unknown): Promise<object> {
    const key = this.#authorize(request, 'inquiries:command');
    const { id: inquiryId } = parameters(inquiryPath, path, 'path');
    const now = new Date().toISOString();
    const { command, why, at = now } = body(commandBody, sent);
    if (Date.parse(at) > Date.parse(now)) throw badField('/at', 'lies in the future');
    return accepted(await this.#commands.toInquiry({ inquiryId, command, why, at, by: key.id }));
  }
}
