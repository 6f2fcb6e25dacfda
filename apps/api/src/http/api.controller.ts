import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DeadLetters } from '../adapters/dead-letters.ts';
import type { ReadModel } from '../adapters/read-model.ts';
import { AUTHORIZE, check, DEAD_LETTERS, notFound, READ_MODEL } from './answers.ts';
import type { Authorize } from './authorize.ts';
import { explain } from './explain.ts';
import { deadLetterQuery, idParameter, listQuery, replayBody } from './requests.ts';

/** What became of every inquiry, and why; and what could not be processed. */
@Controller('v1')
export class ApiController {
  readonly #model: ReadModel;
  readonly #deadLetters: DeadLetters;
  readonly #authorize: Authorize;

  constructor(
    @Inject(READ_MODEL) model: ReadModel,
    @Inject(DEAD_LETTERS) deadLetters: DeadLetters,
    @Inject(AUTHORIZE) authorize: Authorize,
  ) {
    this.#model = model;
    this.#deadLetters = deadLetters;
    this.#authorize = authorize;
  }

  @Get('inquiries')
  async list(@Req() request: FastifyRequest, @Query() query: unknown): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const { data, nextCursor } = await this.#model.list(check(listQuery, query));
    return { data, next_cursor: nextCursor };
  }

  @Get('inquiries/:id')
  async one(@Req() request: FastifyRequest, @Param('id') id: string): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const found = await this.#model.inquiry(check(idParameter, id));
    if (!found) throw notFound('inquiry');
    return found;
  }

  @Get('decisions/:id/explain')
  async explain(@Req() request: FastifyRequest, @Param('id') id: string): Promise<object> {
    const key = this.#authorize(request, 'inquiries:read');
    const inquiryId = await this.#model.inquiryOf(check(idParameter, id));
    const inquiry = inquiryId === null ? null : await this.#model.inquiry(inquiryId);
    if (inquiryId === null || !inquiry) throw notFound('decision or inquiry');
    const [events, effects] = await Promise.all([this.#model.events(inquiryId), this.#model.effects(inquiryId)]);
    return { inquiry, ...explain(events, { showContent: key.scopes.includes('inquiries:content'), effects }) };
  }

  @Get('summary')
  async summary(@Req() request: FastifyRequest): Promise<object> {
    this.#authorize(request, 'ops:read');
    return this.#model.summary();
  }

  @Get('dlq')
  async deadLetters(@Req() request: FastifyRequest, @Query() query: unknown): Promise<object> {
    this.#authorize(request, 'dlq:read');
    return { data: await this.#deadLetters.list(check(deadLetterQuery, query)) };
  }

  @Post('dlq/replay')
  @HttpCode(200)
  async replay(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    const key = this.#authorize(request, 'dlq:replay');
    return this.#deadLetters.replay({ ...check(replayBody, body), who: key.id });
  }
}
