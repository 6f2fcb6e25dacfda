import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { Move, PlaybookHead, VersionContent } from '@sluice/persistence';
import { diffPlaybooks, type Playbook } from '@sluice/policy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { playbookOf, type Changed, type Playbooks } from '../adapters/playbooks.ts';
import { AUTHORIZE, type Authorize } from './access.ts';
import { body, notFound, parameters } from './checks.ts';
import { changedOf, etagOf, expectedOf, unreadable } from './playbook-changes.ts';
import {
  activateBody,
  cursorOf,
  diffQuery,
  effectiveQuery,
  playbookBody,
  playbookPath,
  rollbackBody,
  versionPath,
  versionsQuery,
  type VersionName,
} from './requests.ts';

export const PLAYBOOKS = Symbol('PLAYBOOKS');

/** Movements of a pointer that are shown with it, newest first. */
const MOVEMENTS_SHOWN = 100;

const numberOf = ({ active, latest }: PlaybookHead, version: VersionName): number | null => {
  if (version === 'latest') return latest.number;
  return version === 'active' ? (active?.number ?? null) : version;
};

/** @throws Problem 409 when it was written for a schema that is gone */
const readable = (version: VersionContent): Playbook => {
  try {
    return playbookOf(version);
  } catch (error) {
    return unreadable(`Version ${version.number}`)(error);
  }
};

const nameOf = ({ number, hash, author, reason, createdAt }: VersionContent): object => ({
  number,
  hash,
  author,
  reason,
  createdAt,
});

const summary = (changes: readonly { readonly towards: string | null }[]): string => {
  const looser = changes.filter(({ towards }) => towards === 'looser').length;
  if (changes.length === 0) return 'nothing is different';
  return `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}${looser === 0 ? '' : `; ${looser} looser than before`}`;
};

const changeView = ({ kind, version, head: { playbook, ...head } }: Changed): object => ({
  id: playbook,
  version,
  changed: kind === 'changed',
  ...head,
});

/** Playbooks: what there is of each, what is in force and what is different; a version more, and the pointer to the one that inquiries begin with. */
@Controller('v1/playbooks')
export class PlaybooksController {
  readonly #playbooks: Playbooks;
  readonly #authorize: Authorize;

  constructor(@Inject(PLAYBOOKS) playbooks: Playbooks, @Inject(AUTHORIZE) authorize: Authorize) {
    this.#playbooks = playbooks;
    this.#authorize = authorize;
  }

  async #head(request: FastifyRequest): Promise<PlaybookHead> {
    this.#authorize(request, 'playbooks:read');
    return this.#known(parameters(playbookPath, request.params, 'path').id);
  }

  async #known(id: string): Promise<PlaybookHead> {
    const head = await this.#playbooks.head(id);
    if (!head) throw notFound('playbook');
    return head;
  }

  async #version(head: PlaybookHead, version: VersionName): Promise<VersionContent> {
    const number = numberOf(head, version);
    const found = number === null ? null : await this.#playbooks.version(head.playbook, number);
    if (!found) throw notFound(`version of ${head.playbook}`);
    return found;
  }

  async #move(request: FastifyRequest, reply: FastifyReply, move: Move): Promise<object> {
    const expected = expectedOf(request, move.playbook, await this.#known(move.playbook));
    const changed = changedOf(await this.#playbooks.move(move, expected), move);
    reply.header('etag', etagOf(changed.head));
    return changeView(changed);
  }

  @Get()
  async list(@Req() request: FastifyRequest): Promise<object> {
    this.#authorize(request, 'playbooks:read');
    return { data: (await this.#playbooks.heads()).map(({ playbook, ...head }) => ({ id: playbook, ...head })) };
  }

  @Get(':id')
  async one(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { playbook, ...head } = await this.#head(request);
    reply.header('etag', etagOf(head));
    return { id: playbook, ...head, movements: await this.#playbooks.movements(playbook, MOVEMENTS_SHOWN) };
  }

  @Get(':id/versions')
  async versions(@Req() request: FastifyRequest, @Query() query: unknown): Promise<object> {
    const { playbook, active } = await this.#head(request);
    const { limit, cursor } = parameters(versionsQuery, query);
    const { data, next } = await this.#playbooks.versions(playbook, { limit, before: cursor?.number ?? null });
    return {
      data: data.map((version) => ({ ...version, active: version.number === active?.number })),
      next_cursor: cursorOf(next === null ? null : { number: next }),
    };
  }

  @Get(':id/versions/:version')
  async version(@Req() request: FastifyRequest, @Param() path: unknown): Promise<object> {
    const head = await this.#head(request);
    return this.#version(head, parameters(versionPath, path, 'path').version);
  }

  @Get(':id/diff')
  async diff(@Req() request: FastifyRequest, @Query() query: unknown): Promise<object> {
    const head = await this.#head(request);
    const names = parameters(diffQuery, query);
    const [from, to] = await Promise.all([this.#version(head, names.from), this.#version(head, names.to)]);
    const changes = diffPlaybooks(readable(from), readable(to));
    return { from: nameOf(from), to: nameOf(to), summary: summary(changes), changes };
  }

  @Get(':id/effective')
  async effective(@Req() request: FastifyRequest, @Query() query: unknown): Promise<object> {
    const head = await this.#head(request);
    const { version: named, at, ...asked } = parameters(effectiveQuery, query);
    const version = await this.#version(head, named);
    readable(version);
    const scope = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const values = this.#playbooks
      .effective(version, scope)
      .values.filter(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`));
    return { version: nameOf(version), scope, values };
  }

  @Put(':id')
  async save(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const { id: author } = this.#authorize(request, 'playbooks:write');
    const { id } = parameters(playbookPath, request.params, 'path');
    const { reason, playbook, prompts, extends: chain } = body(playbookBody, sent);
    const expected = expectedOf(request, id, await this.#playbooks.head(id));
    const changed = changedOf(await this.#playbooks.save({ id, playbook, prompts, chain, author, reason }, expected), {
      playbook: id,
    });
    reply
      .status(changed.kind === 'changed' ? 201 : 200)
      .headers({ etag: etagOf(changed.head), location: `/v1/playbooks/${id}/versions/${changed.version}` });
    return changeView(changed);
  }

  @Post(':id/activate')
  @HttpCode(200)
  async activate(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const { id: author } = this.#authorize(request, 'playbooks:activate');
    const { id: playbook } = parameters(playbookPath, request.params, 'path');
    const { version, reason, bindings } = body(activateBody, sent);
    return this.#move(request, reply, { playbook, to: version, kind: 'activate', author, reason, bindings });
  }

  @Post(':id/rollback')
  @HttpCode(200)
  async rollback(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const { id: author } = this.#authorize(request, 'playbooks:activate');
    const { id: playbook } = parameters(playbookPath, request.params, 'path');
    const { version, reason } = body(rollbackBody, sent);
    return this.#move(request, reply, { playbook, to: version, kind: 'rollback', author, reason });
  }
}
