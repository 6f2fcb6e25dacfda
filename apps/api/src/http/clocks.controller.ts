import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { CommandResult, Commands } from '../adapters/command-inquiry.ts';
import type { ReadModel } from '../adapters/read-model.ts';
import { AUTHORIZE, check, notFound, READ_MODEL } from './answers.ts';
import type { Authorize } from './authorize.ts';
import { clocksOf } from './explain.ts';
import { commandBody, idParameter } from './requests.ts';

export const COMMANDS = Symbol('COMMANDS');

const refused = (pointer: string, detail: string): Problem =>
  new Problem({
    status: 422,
    title: 'Unprocessable request',
    detail: 'Some parameters do not fit; each is named with its place.',
    errors: [{ pointer, detail }],
  });

const accepted = (result: CommandResult): object => {
  switch (result.kind) {
    case 'accepted':
      return { commandId: result.commandId };
    case 'unknown-inquiry':
      throw notFound('routed inquiry');
    case 'unknown-reason':
      throw refused('/command/reason', `is no reason of the playbook; it knows ${result.reasons.join(', ') || 'none'}`);
  }
};

/** The promises of an inquiry, and what people say about it. */
@Controller('v1/inquiries/:id')
export class ClocksController {
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

  @Get('clocks')
  async clocks(@Req() request: FastifyRequest, @Param('id') id: string): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const inquiryId = check(idParameter, id);
    if (!(await this.#model.inquiry(inquiryId))) throw notFound('inquiry');
    const [events, effects] = await Promise.all([this.#model.events(inquiryId), this.#model.effects(inquiryId)]);
    return { data: clocksOf(events, effects) };
  }

  @Post('commands')
  @HttpCode(202)
  async command(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<object> {
    const key = this.#authorize(request, 'inquiries:command');
    const now = new Date().toISOString();
    const { command, why, at = now } = check(commandBody, body);
    if (Date.parse(at) > Date.parse(now)) throw refused('/at', 'lies in the future');
    return accepted(await this.#commands.give({ inquiryId: check(idParameter, id), command, why, at, by: key.id }));
  }
}
