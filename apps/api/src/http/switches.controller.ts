import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { Switches } from '../adapters/switches.ts';
import { AUTHORIZE, type Authorize } from './access.ts';
import { body, parameters } from './checks.ts';
import { switchBody, switchPath, switchReleaseQuery } from './requests.ts';

export const SWITCHES = Symbol('SWITCHES');

/** Kill switches: what they cover does not leave while they are engaged, whatever a playbook says. */
@Controller('v1/switches')
export class SwitchesController {
  readonly #switches: Switches;
  readonly #authorize: Authorize;

  constructor(@Inject(SWITCHES) switches: Switches, @Inject(AUTHORIZE) authorize: Authorize) {
    this.#switches = switches;
    this.#authorize = authorize;
  }

  @Get()
  async list(@Req() request: FastifyRequest): Promise<object> {
    this.#authorize(request, 'ops:read');
    return { switches: await this.#switches.all() };
  }

  @Post()
  @HttpCode(202)
  async engage(@Req() request: FastifyRequest, @Body() sent: unknown): Promise<object> {
    const key = this.#authorize(request, 'switches:write');
    const { switchId, why, ...scope } = body(switchBody, sent);
    await this.#switches.engage(switchId, scope, { by: key.id, why });
    return { switchId };
  }

  @Delete(':id')
  @HttpCode(202)
  async release(@Req() request: FastifyRequest, @Param() path: unknown, @Query() query: unknown): Promise<object> {
    const key = this.#authorize(request, 'switches:write');
    const { id: switchId } = parameters(switchPath, path, 'path');
    const { why } = parameters(switchReleaseQuery, query);
    if (!(await this.#switches.release(switchId, { by: key.id, why })))
      throw new Problem({
        status: 404,
        title: 'No such switch',
        detail: 'No switch of this id was ever thrown; GET /v1/switches lists them.',
      });
    return { switchId };
  }
}
