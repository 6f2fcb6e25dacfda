import { Body, Controller, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import type { Move, PlaybookHead } from '@sluice/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Changed, Playbooks } from '../adapters/playbooks.ts';
import { AUTHORIZE, check, notFound } from './answers.ts';
import type { Authorize } from './authorize.ts';
import { changedOf } from './changed.ts';
import { activateBody, playbookBody, playbookParameter, rollbackBody } from './playbook-requests.ts';
import { PLAYBOOKS } from './playbooks.controller.ts';
import { etagOf, expectedOf } from './preconditions.ts';

const viewOf = ({ kind, version, head: { playbook, ...head } }: Changed): object => ({
  id: playbook,
  version,
  changed: kind === 'changed',
  ...head,
});

/** Read here and not by a parameter: Nest's methods would have four. */
const idOf = ({ params }: FastifyRequest): string =>
  check(playbookParameter, (params as Readonly<Record<string, string>>)['id']);

/** Playbooks: a version more, and the pointer to the one that inquiries begin with. */
@Controller('v1/playbooks/:id')
export class ChangePlaybooksController {
  readonly #playbooks: Playbooks;
  readonly #authorize: Authorize;

  constructor(@Inject(PLAYBOOKS) playbooks: Playbooks, @Inject(AUTHORIZE) authorize: Authorize) {
    this.#playbooks = playbooks;
    this.#authorize = authorize;
  }

  async #known(id: string): Promise<PlaybookHead> {
    const found = await this.#playbooks.head(id);
    if (!found) throw notFound('playbook');
    return found;
  }

  async #move(request: FastifyRequest, reply: FastifyReply, move: Move): Promise<object> {
    const expected = expectedOf(request, move.playbook, await this.#known(move.playbook));
    const changed = changedOf(await this.#playbooks.move(move, expected), move);
    reply.header('etag', etagOf(changed.head));
    return viewOf(changed);
  }

  @Put()
  async save(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const { id: author } = this.#authorize(request, 'playbooks:write');
    const id = idOf(request);
    const { reason, playbook, prompts, extends: chain } = check(playbookBody, body);
    const expected = expectedOf(request, id, await this.#playbooks.head(id));
    const changed = changedOf(await this.#playbooks.save({ id, playbook, prompts, chain, author, reason }, expected), {
      playbook: id,
    });
    reply
      .status(changed.kind === 'changed' ? 201 : 200)
      .headers({ etag: etagOf(changed.head), location: `/v1/playbooks/${id}/versions/${changed.version}` });
    return viewOf(changed);
  }

  @Post('activate')
  @HttpCode(200)
  async activate(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const { id: author } = this.#authorize(request, 'playbooks:activate');
    const { version, reason, bindings } = check(activateBody, body);
    return this.#move(request, reply, {
      playbook: idOf(request),
      to: version,
      kind: 'activate',
      author,
      reason,
      bindings,
    });
  }

  @Post('rollback')
  @HttpCode(200)
  async rollback(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const { id: author } = this.#authorize(request, 'playbooks:activate');
    const { version, reason } = check(rollbackBody, body);
    return this.#move(request, reply, { playbook: idOf(request), to: version, kind: 'rollback', author, reason });
  }
}
