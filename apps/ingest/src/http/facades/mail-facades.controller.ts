import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { cleanLine } from '../../domain/clean-text.ts';
import type { Accepted } from '../accept-inquiry.ts';
import { bytesOf, expectType, faultsOf, parseJson, unprocessable } from '../request-body.ts';
import { facadeRoutes, type FacadeRoute } from '../routes.ts';
import { INTAKE_PARTS, type IntakeParts } from '../intake-parts.ts';
import { emailHookBody, emailWebhookBody } from './facade-bodies.ts';
import { readLeadForm } from './lead-form.ts';
import { attachmentNotes, readToldMail, type MailState } from './mail-fields.ts';
import { sourceEventId } from './source-event-id.ts';

type Fields = Readonly<Record<string, unknown>>;
type AcceptedMail = Accepted & { readonly mail: MailState };

/** The ways in that the documents name for watched mailboxes: what they tell of a mail becomes the mail that `/v1/mail` would get. */
@Controller()
export class MailFacadesController {
  readonly #parts: IntakeParts;

  constructor(@Inject(INTAKE_PARTS) parts: IntakeParts) {
    this.#parts = parts;
  }

  @Post(facadeRoutes.emailHook.path)
  @HttpCode(202)
  async emailHook(@Req() request: FastifyRequest): Promise<object> {
    const accept = await this.#read(request, facadeRoutes.emailHook, emailHookBody);
    return this.#parts.answerOnce(request, facadeRoutes.emailHook.source, async () => {
      const accepted = await accept();
      return { lead_id: accepted.inquiryId, ...accepted };
    });
  }

  @Post(facadeRoutes.emailWebhook.path)
  @HttpCode(202)
  async emailWebhook(@Req() request: FastifyRequest): Promise<object> {
    const accept = await this.#read(request, facadeRoutes.emailWebhook, emailWebhookBody);
    return this.#parts.answerOnce(request, facadeRoutes.emailWebhook.source, async () => {
      const accepted = await accept();
      return { email_id: accepted.inquiryId, ...accepted };
    });
  }

  async #read(
    request: FastifyRequest,
    route: FacadeRoute,
    schema: z.ZodType<Fields>,
  ): Promise<() => Promise<AcceptedMail>> {
    const { key } = await this.#parts.gate.open(request, route);
    await this.#parts.gatekeeper.admit(route.source);
    expectType(request, 'application/json');
    const parsed = schema.safeParse(parseJson(bytesOf(request)));
    if (!parsed.success) throw unprocessable('mail', faultsOf(parsed.error));
    const { ids } = readLeadForm(parsed.data);
    const eventId = cleanLine(sourceEventId(key, ids).id ?? '') || null;
    const threadId = cleanLine(ids['thread_id'] ?? '') || null;
    const told = { eventId, threadId, metadata: attachmentNotes(parsed.data) };
    const mail = readToldMail({ ...parsed.data, ...ids });
    if (mail.kind !== 'named')
      return async () => ({
        ...(await this.#parts.intake.acceptMail(mail.bytes, route.source, told)),
        mail: 'received',
      });
    if (eventId === null)
      throw unprocessable('mail', [
        { pointer: '/body', detail: 'nothing is said: give a subject, a snippet or a body' },
      ]);
    return async () => ({
      ...(await this.#parts.intake.acceptNamedMail(route.source, { ...told, eventId })),
      mail: 'awaited',
    });
  }
}
