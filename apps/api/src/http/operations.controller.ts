import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DeadLetters } from '../adapters/dead-letters.ts';
import type { ReadModel } from '../adapters/read-model.ts';
import { AUTHORIZE, type Authorize } from './access.ts';
import { body, parameters } from './checks.ts';
import { READ_MODEL } from './inquiries.controller.ts';
import { cursorOf, deadLetterQuery, replayBody } from './requests.ts';

export const DEAD_LETTERS = Symbol('DEAD_LETTERS');

/** Whether everything is accounted for; and what could not be processed. */
@Controller('v1')
export class OperationsController {
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

  @Get('summary')
  async summary(@Req() request: FastifyRequest): Promise<object> {
    this.#authorize(request, 'ops:read');
    return this.#model.summary();
  }

  @Get('dlq')
  async deadLetters(@Req() request: FastifyRequest, @Query() query: unknown): Promise<object> {
    this.#authorize(request, 'dlq:read');
    const { cursor, ...filter } = parameters(deadLetterQuery, query);
    const { data, next } = await this.#deadLetters.list({ ...filter, after: cursor });
    return { data, next_cursor: cursorOf(next) };
  }

  @Post('dlq/replay')
  @HttpCode(200)
  async replay(@Req() request: FastifyRequest, @Body() sent: unknown): Promise<object> {
    const key = this.#authorize(request, 'dlq:replay');
    return this.#deadLetters.replay({ ...body(replayBody, sent), who: key.id });
  }
}
