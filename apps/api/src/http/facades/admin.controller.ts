import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { Playbook } from '@sluice/policy';
import { Problem } from '@sluice/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  addFaq,
  changeFaq,
  faqsEdits,
  faqsOf,
  freeFaqId,
  removeFaq,
  settingsEdits,
  settingsOf,
  templateEdits,
  templatesOf,
  type Faq,
  type PlaybookEdit,
} from '../../domain/admin-settings.ts';
import { body, notFound, parameters } from '../checks.ts';
import { ADMINISTRATION, type Administration } from './administration.ts';
import { configVersionBody, faqBody, faqQuery, faqsBody, settingsBody, templateBody, toneBody } from './requests.ts';

const READS = ['playbooks:read'] as const;
const EDITS = ['playbooks:write', 'playbooks:activate'] as const;

const toneOf = ({ drafting }: Playbook): object => ({ tone: drafting.tone });

const listOf =
  <Item>(of: (playbook: Playbook) => readonly Item[]) =>
  (playbook: Playbook): object => ({ data: of(playbook) });

const known = (edits: readonly PlaybookEdit[] | null): readonly PlaybookEdit[] => {
  if (edits === null) throw notFound('question');
  return edits;
};

const added = (
  faqs: readonly Faq[],
  { id = freeFaqId(faqs), question, answer }: Omit<Faq, 'id'> & { readonly id?: string | undefined },
): readonly PlaybookEdit[] => {
  if (faqs.some((one) => one.id === id))
    throw new Problem({
      status: 409,
      title: 'Already there',
      detail: `There is a question ${id}: PUT changes it.`,
      errors: [{ pointer: '/id', detail: 'is taken' }],
    });
  return addFaq(faqs, { id, question, answer });
};

/** What was sent of one question, without what was left out. */
const saidOf = ({
  question,
  answer,
}: {
  readonly question?: string | undefined;
  readonly answer?: string | undefined;
}): Partial<Omit<Faq, 'id'>> => ({
  ...(question === undefined ? {} : { question }),
  ...(answer === undefined ? {} : { answer }),
});

/** Document 003's administration: settings, tone, frequent questions, templates, and the way back to a config version. */
@Controller('v1/admin')
export class AdminController {
  readonly #administration: Administration;

  constructor(@Inject(ADMINISTRATION) administration: Administration) {
    this.#administration = administration;
  }

  @Get('settings')
  async settings(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.#administration.show(await this.#administration.open(request, reply, READS), settingsOf);
  }

  @Put('settings')
  async changeSettings(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const admin = await this.#administration.open(request, reply, EDITS);
    const { reason, ...change } = body(settingsBody, sent);
    return this.#administration.edit(admin, {
      reason,
      view: settingsOf,
      edits: (playbook) => settingsEdits(playbook, change),
    });
  }

  @Get('tone')
  async tone(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.#administration.show(await this.#administration.open(request, reply, READS), toneOf);
  }

  @Put('tone')
  async changeTone(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const admin = await this.#administration.open(request, reply, EDITS);
    const { reason, tone } = body(toneBody, sent);
    return this.#administration.edit(admin, {
      reason,
      view: toneOf,
      edits: () => [{ path: ['drafting', 'tone'], value: tone, sentPointer: '/tone' }],
    });
  }

  @Post('rollback')
  @HttpCode(200)
  async rollback(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const admin = await this.#administration.open(request, reply, ['playbooks:activate']);
    const { version, reason } = body(configVersionBody, sent);
    return this.#administration.rollback(admin, { version, reason, view: settingsOf });
  }

  @Get('faqs')
  async faqs(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.#administration.show(await this.#administration.open(request, reply, READS), listOf(faqsOf));
  }

  @Post('faqs')
  @HttpCode(201)
  async addFaq(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const admin = await this.#administration.open(request, reply, EDITS);
    const { reason, ...faq } = body(faqBody, sent);
    return this.#administration.edit(admin, {
      reason,
      edits: (playbook) => added(faqsOf(playbook), faq),
      view: (playbook) => ({ ...(faqsOf(playbook).find(({ id }) => id === faq.id) ?? faqsOf(playbook).at(-1)) }),
    });
  }

  @Put('faqs')
  async changeFaqs(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const admin = await this.#administration.open(request, reply, EDITS);
    const change = body(faqsBody, sent);
    const edits = (playbook: Playbook): readonly PlaybookEdit[] =>
      'faqs' in change ? faqsEdits(change.faqs) : known(changeFaq(faqsOf(playbook), change.id, saidOf(change)));
    return this.#administration.edit(admin, { reason: change.reason, edits, view: listOf(faqsOf) });
  }

  @Delete('faqs')
  async removeFaq(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: unknown,
  ): Promise<object> {
    const admin = await this.#administration.open(request, reply, EDITS);
    const { id, reason } = parameters(faqQuery, query);
    return this.#administration.edit(admin, {
      reason,
      edits: (playbook) => known(removeFaq(faqsOf(playbook), id)),
      view: listOf(faqsOf),
    });
  }

  @Get('templates')
  async templates(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.#administration.show(await this.#administration.open(request, reply, READS), listOf(templatesOf));
  }

  /** The document has no PUT here: a template of a name that is there is changed. */
  @Post('templates')
  @HttpCode(200)
  async keepTemplate(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() sent: unknown,
  ): Promise<object> {
    const admin = await this.#administration.open(request, reply, EDITS);
    const { reason, name, ...change } = body(templateBody, sent);
    const template = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const view = (playbook: Playbook): object => ({ ...templatesOf(playbook).find((one) => one.name === name) });
    const isNew = !templatesOf(admin.found.playbook).some((one) => one.name === name);
    const answer = await this.#administration.edit(admin, {
      reason,
      view,
      edits: (playbook) => templateEdits(playbook, { name, ...template }),
    });
    reply.status(isNew ? 201 : 200);
    return answer;
  }
}
