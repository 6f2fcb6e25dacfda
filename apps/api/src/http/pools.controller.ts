import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { poolCommand } from '@sluice/contracts';
import type { Clock } from '@sluice/kernel';
import type { FastifyRequest } from 'fastify';
import type { Commands } from '../adapters/commands.ts';
import type { Pools } from '../adapters/pools.ts';
import { FairnessTally } from '../domain/fairness.ts';
import { AUTHORIZE, type Authorize } from './access.ts';
import { body, parameters } from './checks.ts';
import { COMMANDS } from './inquiries.controller.ts';
import { fairnessQuery, idempotencyHeaders, poolCommandBody, poolPath } from './requests.ts';

export const POOLS = Symbol('POOLS');

export interface PoolParts {
  readonly pools: Pools;
  readonly clock: Clock;
}

/** Pools: who got what, and what may be asked of them. */
@Controller('v1/pools')
export class PoolsController {
  readonly #parts: PoolParts;
  readonly #commands: Commands;
  readonly #authorize: Authorize;

  constructor(
    @Inject(POOLS) parts: PoolParts,
    @Inject(COMMANDS) commands: Commands,
    @Inject(AUTHORIZE) authorize: Authorize,
  ) {
    this.#parts = parts;
    this.#commands = commands;
    this.#authorize = authorize;
  }

  @Get(':id/fairness')
  async fairness(@Req() request: FastifyRequest, @Param() path: unknown, @Query() query: unknown): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const { id: pool } = parameters(poolPath, path, 'path');
    const {
      week: { name: week, ...period },
      brand,
    } = parameters(fairnessQuery, query);
    const tally = new FairnessTally();
    for await (const events of this.#parts.pools.events({ brand, pool }, period)) tally.add(events);
    return { pool, brand, week, ...period, ...tally.statement() };
  }

  @Post(':id/commands')
  @HttpCode(202)
  async order(@Req() request: FastifyRequest, @Param() path: unknown, @Body() sent: unknown): Promise<object> {
    const key = this.#authorize(request, 'pools:write');
    const { id: pool } = parameters(poolPath, path, 'path');
    const { brand, why, command } = body(poolCommandBody, sent);
    const { 'idempotency-key': idempotencyKey } = parameters(idempotencyHeaders, request.headers, 'header');
    const order = poolCommand.v1.parse({
      brand,
      pool,
      command,
      by: key.id,
      why,
      orderedAt: this.#parts.clock.now(),
    });
    return this.#commands.toPool(order, idempotencyKey);
  }
}
