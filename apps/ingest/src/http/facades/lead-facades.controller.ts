import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { Problem, type ProblemFault } from '@sluice/service';
import type { Facade, SourceTerms } from '@sluice/policy';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Intake } from '../accept-inquiry.ts';
import type { AnswerOnce } from '../answer-once.ts';
import { acceptRows, rowsOf, type RowVerdict } from '../batch-rows.ts';
import { inquiryBody, type InquiryBody } from '../inquiry-body.ts';
import { ANSWER_ONCE, INTAKE } from '../intake.controller.ts';
import { bytesOf, expectType, faultsOf, parseJson, unprocessable } from '../request-body.ts';
import { intakeWebhookBody, leadCaptureBody, leadsIntakeBody, leadWebhookBody } from './facade-bodies.ts';
import type { Door, FacadeGate } from './facade-gate.ts';
import { readLeadForm } from './lead-form.ts';
import { rowsOfLinkedin, uploadedFile } from './linkedin-export.ts';
import { sourceEventId } from './source-event-id.ts';

export const FACADE_GATE = Symbol('FACADE_GATE');

type Read =
  { readonly lead: InquiryBody; readonly leadId: string | null } | { readonly errors: readonly ProblemFault[] };

const formOf = (request: FastifyRequest): unknown => {
  const type = expectType(request, 'application/json', 'application/x-www-form-urlencoded');
  return type === 'application/json'
    ? parseJson(bytesOf(request))
    : Object.fromEntries(new URLSearchParams(bytesOf(request).toString('utf8')));
};

/** A lead in the fields of `/v1`; what does not fit is told by the sender's own names. */
const readLead = (fields: Readonly<Record<string, unknown>>, source: string, { key }: SourceTerms): Read => {
  const { names, ids, ...form } = readLeadForm(fields);
  const eventId = sourceEventId(key, ids);
  if (eventId === null && !key.includes('hash'))
    return { errors: [{ pointer: '', detail: `has no id: give ${key.join(' or ')}` }] };
  const parsed = inquiryBody.safeParse({ ...form, source, eventId, threadId: ids['thread_id'] ?? null });
  if (parsed.success) return { lead: parsed.data, leadId: ids['event_id'] ?? ids['external_id'] ?? null };
  return {
    errors: faultsOf(parsed.error).map(({ pointer, detail }) => ({
      pointer: names.has(pointer) ? `/${names.get(pointer)}` : pointer,
      detail,
    })),
  };
};

/** The ways in that the documents name for leads: each reads its own fields, and hands on what `/v1/inquiries` would. */
@Controller()
export class LeadFacadesController {
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

  @Post('api/leads/intake')
  @HttpCode(202)
  leadsIntake(@Req() request: FastifyRequest): Promise<object> {
    return this.#take(request, 'leads-intake', leadsIntakeBody);
  }

  @Post('webhook/lead-capture')
  @HttpCode(202)
  leadCapture(@Req() request: FastifyRequest): Promise<object> {
    return this.#take(request, 'lead-capture', leadCaptureBody);
  }

  @Post('v1/intake/webhook')
  @HttpCode(202)
  intakeWebhook(@Req() request: FastifyRequest): Promise<object> {
    return this.#take(request, 'intake-webhook', intakeWebhookBody);
  }

  @Post('webhooks/lead')
  @HttpCode(202)
  leadWebhook(@Req() request: FastifyRequest): Promise<object> {
    return this.#take(request, 'lead-webhook', leadWebhookBody);
  }

  @Post('api/leads/linkedin-import')
  @HttpCode(200)
  async linkedinImport(@Req() request: FastifyRequest): Promise<object> {
    const door: Door = { facade: 'leads-intake', source: 'linkedin-import', channel: 'import' };
    const terms = await this.#gate(request, door);
    expectType(request, 'text/csv', 'multipart/form-data');
    const file = await uploadedFile(bytesOf(request), request.headers['content-type'] ?? '');
    if (file === null)
      throw new Problem({
        status: 422,
        title: 'Unprocessable upload',
        detail: 'The form has no file: send the CSV as one, or as the body with Content-Type: text/csv.',
      });
    const rows = rowsOf(rowsOfLinkedin(file));
    return this.#answerOnce(request, () =>
      acceptRows(rows, async (row): Promise<RowVerdict> => {
        const read = readLead(row as Readonly<Record<string, string>>, door.source, terms);
        return 'errors' in read ? read : { accepted: await this.#intake.acceptForm(read.lead, 'import') };
      }),
    );
  }

  /** A form comes under the source that bears its facade's name. */
  async #take(
    request: FastifyRequest,
    facade: Facade,
    schema: z.ZodType<Readonly<Record<string, unknown>>>,
  ): Promise<object> {
    const terms = await this.#gate(request, { facade, source: facade, channel: 'form' });
    const fields = schema.safeParse(formOf(request));
    if (!fields.success) throw unprocessable('lead', faultsOf(fields.error));
    const read = readLead(fields.data, facade, terms);
    if ('errors' in read) throw unprocessable('lead', read.errors);
    return this.#answerOnce(request, async () => {
      const accepted = await this.#intake.acceptForm(read.lead, 'form');
      return { lead_id: read.leadId ?? accepted.inquiryId, ...accepted };
    });
  }
}
