import { Body, Controller, Get, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import type { Playbook } from '@sluice/policy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { settingsEdits, settingsOf } from '../../domain/house-settings.ts';
import { check } from '../answers.ts';
import { ADMIN_DESK, type AdminDesk } from './admin-desk.ts';
import { configVersionBody, settingsBody, toneBody } from './admin-requests.ts';

export const READS = ['playbooks:read'] as const;
export const EDITS = ['playbooks:write', 'playbooks:activate'] as const;

const toneOf = ({ drafting }: Playbook): object => ({ tone: drafting.tone });

/** Document 003: settings and tone, and the way back to a config version. */
@Controller('v1/admin')
export class AdminSettingsController {
  readonly #desk: AdminDesk;

  constructor(@Inject(ADMIN_DESK) desk: AdminDesk) {
    this.#desk = desk;
  }

  @Get('settings')
  async settings(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.#desk.show(await this.#desk.enter(request, reply, READS), settingsOf);
  }

  @Put('settings')
  async changeSettings(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const entry = await this.#desk.enter(request, reply, EDITS);
    const { reason, ...change } = check(settingsBody, body);
    return this.#desk.edit(entry, { reason, view: settingsOf, edits: (playbook) => settingsEdits(playbook, change) });
  }

  @Get('tone')
  async tone(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.#desk.show(await this.#desk.enter(request, reply, READS), toneOf);
  }

  @Put('tone')
  async changeTone(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const entry = await this.#desk.enter(request, reply, EDITS);
    const { reason, tone } = check(toneBody, body);
    return this.#desk.edit(entry, {
      reason,
      view: toneOf,
      edits: () => [{ path: ['drafting', 'tone'], value: tone, said: '/tone' }],
    });
  }

  @Post('rollback')
  @HttpCode(200)
  async rollback(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const entry = await this.#desk.enter(request, reply, ['playbooks:activate']);
    const { version, reason } = check(configVersionBody, body);
    return this.#desk.rollback(entry, { version, reason, view: settingsOf });
  }
}
