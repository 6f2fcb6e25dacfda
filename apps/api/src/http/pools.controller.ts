import { poolCommand } from '@sluice/contracts';
import type { Clock } from '@sluice/kernel';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { Pools } from '../adapters/pools.ts';
import { fairnessOf } from '../domain/fairness.ts';
import { weekOf } from '../domain/iso-week.ts';
import { AUTHORIZE, check } from './answers.ts';
import type { Authorize } from './authorize.ts';
import { fairnessQuery, poolCommandBody, poolParameter } from './requests.ts';

export const POOLS = Symbol('POOLS');
export const POOLS_CLOCK = Symbol('POOLS_CLOCK');

/** Pools: who got what, and what may be asked of them. */
@Controller('v1/pools')
export class PoolsController {
  readonly #pools: Pools;
  readonly #authorize: Authorize;
  readonly #clock: Clock;

  constructor(@Inject(POOLS) pools: Pools, @Inject(AUTHORIZE) authorize: Authorize, @Inject(POOLS_CLOCK) clock: Clock) {
    this.#pools = pools;
    this.#authorize = authorize;
    this.#clock = clock;
  }

  @Get(':id/fairness')
  async fairness(@Req() request: FastifyRequest, @Param('id') id: string, @Query() query: unknown): Promise<object> {
    this.#authorize(request, 'inquiries:read');
    const { week, brand } = check(fairnessQuery, query);
    const pool = check(poolParameter, id);
    const period = weekOf(week);
    if (!period)
      throw new Problem({
        status: 422,
        title: 'Unprocessable request',
        detail: 'Name a week as ISO 8601 does.',
        errors: [{ pointer: '/week', detail: 'is no week: 2026-W47, say' }],
      });
    return { pool, brand, week, ...period, ...fairnessOf(await this.#pools.events({ brand, pool }, period)) };
  }

  @Post(':id/commands')
  @HttpCode(202)
  async order(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<object> {
    const key = this.#authorize(request, 'pools:write');
    const { brand, why, command } = check(poolCommandBody, body);
    const idempotencyKey = request.headers['idempotency-key'];
    if (typeof idempotencyKey !== 'string' || idempotencyKey === '')
      throw new Problem({
        status: 400,
        title: 'Idempotency key missing',
        detail: 'Send Idempotency-Key, and the same again when you repeat the request.',
      });
    const order = poolCommand.v1.parse({
      brand,
      pool: check(poolParameter, id),
      command,
      by: key.id,
      why,
      orderedAt: this.#clock.now(),
    });
    return this.#pools.order(order, idempotencyKey);
  }
}
