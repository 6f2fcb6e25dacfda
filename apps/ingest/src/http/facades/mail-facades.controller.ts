import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Accepted, Intake } from '../accept-inquiry.ts';
import type { AnswerOnce } from '../answer-once.ts';
import { ANSWER_ONCE, INTAKE } from '../intake.controller.ts';
import { bytesOf, expectType, faultsOf, parseJson, unprocessable } from '../request-body.ts';
import { emailHookBody, emailWebhookBody } from './facade-bodies.ts';
import type { Door, FacadeGate } from './facade-gate.ts';
import { FACADE_GATE } from './lead-facades.controller.ts';
import { readLeadForm } from './lead-form.ts';
import { attachmentNotes, readToldMail, type MailState } from './mail-fields.ts';
import { sourceEventId } from './source-event-id.ts';

type Fields = Readonly<Record<string, unknown>>;
type AcceptedMail = Accepted & { readonly mail: MailState };

/** The ways in that the documents name for watched mailboxes: what they tell of a mail becomes the mail that `/v1/mail` would get. */
@Controller()
export class MailFacadesController {
  readonly #intake: Intake;
  readonly #gate: FacadeGate;
  readonly #answerOnce: AnswerOnce;

  constructor(
    @Inject(INTAKE) intake: Intake,
    @Inject(FACADE_GATE) gate: FacadeGate,
    @Inject(ANSWER_ONCE) answerOnce: AnswerOnce,
  ) {
    this.#intake = intake;
    this.#gate = gate;
    this.#answerOnce = answerOnce;
  }

  @Post('api/leads/email-hook')
  @HttpCode(202)
  async emailHook(@Req() request: FastifyRequest): Promise<object> {
    const accept = await this.#read(
      request,
      { facade: 'leads-intake', source: 'email-hook', channel: 'mail' },
      emailHookBody,
    );
    return this.#answerOnce(request, async () => {
      const accepted = await accept();
      return { lead_id: accepted.inquiryId, ...accepted };
    });
  }

  @Post('webhook/email')
  @HttpCode(202)
  async emailWebhook(@Req() request: FastifyRequest): Promise<object> {
    const accept = await this.#read(
      request,
      { facade: 'email-webhook', source: 'email-webhook', channel: 'mail' },
      emailWebhookBody,
    );
    return this.#answerOnce(request, async () => {
      const accepted = await accept();
      return { email_id: accepted.inquiryId, ...accepted };
    });
  }

  async #read(request: FastifyRequest, door: Door, schema: z.ZodType<Fields>): Promise<() => Promise<AcceptedMail>> {
    const { key } = await this.#gate(request, door);
    expectType(request, 'application/json');
    const parsed = schema.safeParse(parseJson(bytesOf(request)));
    if (!parsed.success) throw unprocessable('mail', faultsOf(parsed.error));
    const { ids } = readLeadForm(parsed.data);
    const eventId = sourceEventId(key, ids);
    const told = { eventId, threadId: ids['thread_id'] ?? null, metadata: attachmentNotes(parsed.data) };
    const mail = readToldMail({ ...parsed.data, ...ids });
    if (mail.kind !== 'named')
      return async () => ({ ...(await this.#intake.acceptMail(mail.bytes, door.source, told)), mail: 'received' });
    if (eventId === null)
      throw unprocessable('mail', [
        { pointer: '/body', detail: 'nothing is said: give a subject, a snippet or a body' },
      ]);
    return async () => ({
      ...(await this.#intake.acceptNamedMail(door.source, { ...told, eventId })),
      mail: 'awaited',
    });
  }
}
