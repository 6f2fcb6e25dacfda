import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { PlaybookHead, VersionContent } from '@sluice/persistence';
import { diffPlaybooks, type Playbook } from '@sluice/policy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { playbookOf, type Playbooks } from '../adapters/playbooks.ts';
import { AUTHORIZE, check, notFound } from './answers.ts';
import type { Authorize } from './authorize.ts';
import {
  diffQuery,
  effectiveQuery,
  playbookParameter,
  versionParameter,
  type VersionName,
} from './playbook-requests.ts';
import { etagOf } from './preconditions.ts';
import { unreadable } from './unreadable.ts';

export const PLAYBOOKS = Symbol('PLAYBOOKS');

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

/** Playbooks: what there is of each, what is in force, and what is different. */
@Controller('v1/playbooks')
export class PlaybooksController {
  readonly #playbooks: Playbooks;
  readonly #authorize: Authorize;

  constructor(@Inject(PLAYBOOKS) playbooks: Playbooks, @Inject(AUTHORIZE) authorize: Authorize) {
    this.#playbooks = playbooks;
    this.#authorize = authorize;
  }

  async #head(request: FastifyRequest, id: string): Promise<PlaybookHead> {
    this.#authorize(request, 'playbooks:read');
    const head = await this.#playbooks.head(check(playbookParameter, id));
    if (!head) throw notFound('playbook');
    return head;
  }

  async #version(head: PlaybookHead, version: VersionName): Promise<VersionContent> {
    const number = numberOf(head, version);
    const found = number === null ? null : await this.#playbooks.version(head.playbook, number);
    if (!found) throw notFound(`version of ${head.playbook}`);
    return found;
  }

  @Get()
  async list(@Req() request: FastifyRequest): Promise<object> {
    this.#authorize(request, 'playbooks:read');
    return { data: (await this.#playbooks.heads()).map(({ playbook, ...head }) => ({ id: playbook, ...head })) };
  }

  @Get(':id')
  async one(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<object> {
    const { playbook, ...head } = await this.#head(request, id);
    reply.header('etag', etagOf(head));
    return { id: playbook, ...head, movements: await this.#playbooks.movements(playbook) };
  }

  @Get(':id/versions')
  async versions(@Req() request: FastifyRequest, @Param('id') id: string): Promise<object> {
    const { playbook, active } = await this.#head(request, id);
    return {
      data: (await this.#playbooks.versions(playbook)).map((version) => ({
        ...version,
        active: version.number === active?.number,
      })),
    };
  }

  @Get(':id/versions/:version')
  async version(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Param('version') version: string,
  ): Promise<object> {
    return this.#version(await this.#head(request, id), check(versionParameter, version));
  }

  @Get(':id/diff')
  async diff(@Req() request: FastifyRequest, @Param('id') id: string, @Query() query: unknown): Promise<object> {
    const head = await this.#head(request, id);
    const names = check(diffQuery, query);
    const [from, to] = await Promise.all([this.#version(head, names.from), this.#version(head, names.to)]);
    const changes = diffPlaybooks(readable(from), readable(to));
    return { from: nameOf(from), to: nameOf(to), summary: summary(changes), changes };
  }

  @Get(':id/effective')
  async effective(@Req() request: FastifyRequest, @Param('id') id: string, @Query() query: unknown): Promise<object> {
    const head = await this.#head(request, id);
    const { version: named, at, ...asked } = check(effectiveQuery, query);
    const version = await this.#version(head, named);
    readable(version);
    const scope = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const values = this.#playbooks
      .effective(version, scope)
      .values.filter(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`));
    return { version: nameOf(version), scope, values };
  }
}
