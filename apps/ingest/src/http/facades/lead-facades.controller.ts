import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { Problem, type ProblemFault } from '@sluice/service';
import type { SourceTerms } from '@sluice/policy';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { cleanLine } from '../../domain/clean-text.ts';
import { acceptRows, checkLineCount, rowsOf, type BatchRow, type RowResult } from '../batch-rows.ts';
import { inquiryBody, type InquiryBody } from '../inquiry-body.ts';
import { bytesOf, expectType, faultsOf, parseJson, unprocessable } from '../request-body.ts';
import { facadeRoutes, type FacadeRoute } from '../routes.ts';
import { INTAKE_PARTS, type IntakeParts } from '../intake-parts.ts';
import { intakeWebhookBody, leadCaptureBody, leadsIntakeBody, leadWebhookBody } from './facade-bodies.ts';
import { readLeadForm, type LeadForm } from './lead-form.ts';
import { rowsOfLinkedin, uploadedFile } from './linkedin-export.ts';
import { sourceEventId } from './source-event-id.ts';

type Read =
  { readonly lead: InquiryBody; readonly leadId: string | null } | { readonly errors: readonly ProblemFault[] };

/** A field that is sent more than once, as ticked boxes are, has all its values. */
const fieldsOf = (form: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...Map.groupBy(form, ([name]) => name)].map(([name, of]) => [name, of.map(([, value]) => value).join(', ')]),
  );

const formOf = (request: FastifyRequest, type: string): unknown =>
  type === 'application/json'
    ? parseJson(bytesOf(request))
    : fieldsOf(new URLSearchParams(bytesOf(request).toString('utf8')));

/** Ids that name neither the event nor its thread are fields like others: two entries may differ in nothing else. */
const otherIds = ({ ids, names }: LeadForm, parts: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(ids).flatMap(([id, value]) =>
      id === 'thread_id' || parts.includes(id) ? [] : [[names.get(`/ids/${id}`) ?? id, value] as const],
    ),
  );

/** A lead in the fields of `/v1`; what does not fit is told by the sender's own names. */
const readLead = (fields: Readonly<Record<string, unknown>>, source: string, { key }: SourceTerms): Read => {
  const form = readLeadForm(fields);
  const { contact, subject, text, metadata, ids, names } = form;
  const { id: eventId, parts } = sourceEventId(key, ids);
  if (eventId === null && !key.includes('hash'))
    return { errors: [{ pointer: '', detail: `has no id: give ${key.join(' or ')}` }] };
  const parsed = inquiryBody.safeParse({
    contact,
    subject,
    text,
    source,
    eventId,
    threadId: ids['thread_id'] ?? null,
    metadata: { ...metadata, ...otherIds(form, parts) },
  });
  if (parsed.success)
    return { lead: parsed.data, leadId: cleanLine(ids['event_id'] ?? ids['external_id'] ?? '') || null };
  const places: Readonly<Record<string, string>> = { '/eventId': `/ids/${parts[0]}`, '/threadId': '/ids/thread_id' };
  return {
    errors: faultsOf(parsed.error).map(({ pointer, detail }) => {
      const name = names.get(places[pointer] ?? pointer);
      return { pointer: name === undefined ? pointer : `/${name}`, detail };
    }),
  };
};

/** The ways in that the documents name for leads: each reads its own fields, and hands on what `/v1/inquiries` would. */
@Controller()
export class LeadFacadesController {
  readonly #parts: IntakeParts;

  constructor(@Inject(INTAKE_PARTS) parts: IntakeParts) {
    this.#parts = parts;
  }

  @Post(facadeRoutes.leadsIntake.path)
  @HttpCode(202)
  leadsIntake(@Req() request: FastifyRequest): Promise<object> {
    return this.#take(request, facadeRoutes.leadsIntake, leadsIntakeBody);
  }

  @Post(facadeRoutes.leadCapture.path)
  @HttpCode(202)
  leadCapture(@Req() request: FastifyRequest): Promise<object> {
    return this.#take(request, facadeRoutes.leadCapture, leadCaptureBody);
  }

  @Post(facadeRoutes.intakeWebhook.path)
  @HttpCode(202)
  intakeWebhook(@Req() request: FastifyRequest): Promise<object> {
    return this.#take(request, facadeRoutes.intakeWebhook, intakeWebhookBody);
  }

  @Post(facadeRoutes.leadWebhook.path)
  @HttpCode(202)
  leadWebhook(@Req() request: FastifyRequest): Promise<object> {
    return this.#take(request, facadeRoutes.leadWebhook, leadWebhookBody);
  }

  @Post(facadeRoutes.linkedinImport.path)
  @HttpCode(200)
  async linkedinImport(@Req() request: FastifyRequest): Promise<object> {
    const { source } = facadeRoutes.linkedinImport;
    const terms = await this.#parts.gate.open(request, facadeRoutes.linkedinImport);
    expectType(request, 'text/csv', 'multipart/form-data');
    const file = await uploadedFile(bytesOf(request), request.headers['content-type'] ?? '');
    if (file === null)
      throw new Problem({
        status: 422,
        title: 'Unprocessable upload',
        detail: 'The form has no file: send the CSV as one, or as the body with Content-Type: text/csv.',
      });
    checkLineCount(file, this.#parts.batchBounds);
    const rows = rowsOf(rowsOfLinkedin(file), this.#parts.batchBounds);
    const accept = async ({ value, sent }: BatchRow): Promise<RowResult> => {
      const read = readLead(value as Readonly<Record<string, string>>, source, terms);
      return 'errors' in read ? read : { accepted: await this.#parts.intake.acceptForm(read.lead, 'import', sent) };
    };
    return this.#parts.answerOnce(request, source, () =>
      acceptRows({ rows, accept, sourceOf: () => source }, this.#parts.gatekeeper),
    );
  }

  async #take(
    request: FastifyRequest,
    route: FacadeRoute,
    schema: z.ZodType<Readonly<Record<string, unknown>>>,
  ): Promise<object> {
    const terms = await this.#parts.gate.open(request, route);
    await this.#parts.gatekeeper.admit(route.source);
    const mediaType = expectType(request, 'application/json', 'application/x-www-form-urlencoded');
    const fields = schema.safeParse(formOf(request, mediaType));
    if (!fields.success) throw unprocessable('lead', faultsOf(fields.error));
    const read = readLead(fields.data, route.source, terms);
    if ('errors' in read) throw unprocessable('lead', read.errors);
    return this.#parts.answerOnce(request, route.source, async () => {
      const accepted = await this.#parts.intake.acceptForm(read.lead, 'form', { bytes: bytesOf(request), mediaType });
      return { lead_id: read.leadId ?? accepted.inquiryId, ...accepted };
    });
  }
}
