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
  templateEdits,
  templatesOf,
  type Faq,
} from '../../domain/house-answers.ts';
import type { HouseEdit } from '../../domain/house-settings.ts';
import { check, notFound } from '../answers.ts';
import { ADMIN_DESK, type AdminDesk } from './admin-desk.ts';
import { faqBody, faqQuery, faqsBody, templateBody } from './admin-requests.ts';
import { EDITS, READS } from './admin-settings.controller.ts';

const listOf =
  <Item>(of: (playbook: Playbook) => readonly Item[]) =>
  (playbook: Playbook): object => ({ data: of(playbook) });

const known = (edits: readonly HouseEdit[] | null): readonly HouseEdit[] => {
  if (edits === null) throw notFound('question');
  return edits;
};

const added = (
  faqs: readonly Faq[],
  { id = freeFaqId(faqs), question, answer }: Omit<Faq, 'id'> & { readonly id?: string | undefined },
): readonly HouseEdit[] => {
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

/** Document 003: frequent questions and templates. */
@Controller('v1/admin')
export class AdminAnswersController {
  readonly #desk: AdminDesk;

  constructor(@Inject(ADMIN_DESK) desk: AdminDesk) {
    this.#desk = desk;
  }

  @Get('faqs')
  async faqs(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.#desk.show(await this.#desk.enter(request, reply, READS), listOf(faqsOf));
  }

  @Post('faqs')
  @HttpCode(201)
  async addFaq(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const entry = await this.#desk.enter(request, reply, EDITS);
    const { reason, ...faq } = check(faqBody, body);
    return this.#desk.edit(entry, {
      reason,
      edits: (playbook) => added(faqsOf(playbook), faq),
      view: (playbook) => ({ ...(faqsOf(playbook).find(({ id }) => id === faq.id) ?? faqsOf(playbook).at(-1)) }),
    });
  }

  @Put('faqs')
  async changeFaqs(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const entry = await this.#desk.enter(request, reply, EDITS);
    const sent = check(faqsBody, body);
    const edits = (playbook: Playbook): readonly HouseEdit[] =>
      'faqs' in sent ? faqsEdits(sent.faqs) : known(changeFaq(faqsOf(playbook), sent.id, saidOf(sent)));
    return this.#desk.edit(entry, { reason: sent.reason, edits, view: listOf(faqsOf) });
  }

  @Delete('faqs')
  async removeFaq(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: unknown,
  ): Promise<object> {
    const entry = await this.#desk.enter(request, reply, EDITS);
    const { id, reason } = check(faqQuery, query);
    return this.#desk.edit(entry, {
      reason,
      edits: (playbook) => known(removeFaq(faqsOf(playbook), id)),
      view: listOf(faqsOf),
    });
  }

  @Get('templates')
  async templates(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.#desk.show(await this.#desk.enter(request, reply, READS), listOf(templatesOf));
  }

  /** The document has no PUT here: a template of a name that is there is changed. */
  @Post('templates')
  @HttpCode(200)
  async keepTemplate(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const entry = await this.#desk.enter(request, reply, EDITS);
    const { reason, name, ...sent } = check(templateBody, body);
    const template = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
    const view = (playbook: Playbook): object => ({ ...templatesOf(playbook).find((one) => one.name === name) });
    const isNew = !templatesOf(entry.found.playbook).some((one) => one.name === name);
    const answer = await this.#desk.edit(entry, {
      reason,
      view,
      edits: (playbook) => templateEdits(playbook, { name, ...template }),
    });
    reply.status(isNew ? 201 : 200);
    return answer;
  }
}
