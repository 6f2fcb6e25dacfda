import { Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import { acceptRows, rowsOfCsv, rowsOfNdjson, type Batch, type RowResult } from './batch-rows.ts';
import { inquiryBody } from './inquiry-body.ts';
import { bytesOf, expectType, faultsOf, parseJson, unprocessable } from './request-body.ts';
import { ownRoutes } from './routes.ts';
import { SOURCE } from './sender-keys.ts';
import { INTAKE_PARTS, type IntakeParts } from './intake-parts.ts';

/** What a batch without a source in its header or its rows counts for. */
const UNNAMED_SOURCE = 'batch';

const NOT_THEIRS = { pointer: '/source', detail: 'is not one that the key of this request may speak for' };

const isSource = (value: unknown): value is string => typeof value === 'string' && SOURCE.test(value);

/** @throws Problem 422 */
const checkedSource = (source: string): string => {
  if (isSource(source)) return source;
  throw new Problem({
    status: 422,
    title: 'Unprocessable source',
    detail: 'The header X-Source must be lower-case letters, digits, and _ . - between them.',
  });
};

/** Intake over HTTP. Answers 202 only after the broker has the record and the blob store its attachments. */
@Controller()
export class IntakeController {
  readonly #parts: IntakeParts;

  constructor(@Inject(INTAKE_PARTS) parts: IntakeParts) {
    this.#parts = parts;
  }

  @Post(ownRoutes.inquiry.path)
  @HttpCode(202)
  async inquiry(@Req() request: FastifyRequest): Promise<object> {
    const mediaType = expectType(request, 'application/json');
    const bytes = bytesOf(request);
    const sender = this.#parts.gatekeeper.verify(request, bytes);
    const parsed = inquiryBody.safeParse(parseJson(bytes));
    if (!parsed.success) throw unprocessable('inquiry', faultsOf(parsed.error));
    const { source } = parsed.data;
    sender.requireFor(source);
    await this.#parts.gatekeeper.admit(source);
    return this.#parts.answerOnce(request, source, () =>
      this.#parts.intake.acceptForm(parsed.data, 'form', { bytes, mediaType }),
    );
  }

  @Post(ownRoutes.mail.path)
  @HttpCode(202)
  async mail(@Req() request: FastifyRequest, @Headers('x-source') named = 'mail'): Promise<object> {
    expectType(request, 'message/rfc822');
    const bytes = bytesOf(request);
    const sender = this.#parts.gatekeeper.verify(request, bytes);
    const source = checkedSource(named);
    sender.requireFor(source);
    if (bytes.length === 0)
      throw new Problem({
        status: 422,
        title: 'Unprocessable mail',
        detail: 'The body is empty: post the mail as it came, headers and all.',
      });
    await this.#parts.gatekeeper.admit(source);
    return this.#parts.answerOnce(request, source, () => this.#parts.intake.acceptMail(bytes, source));
  }

  @Post(ownRoutes.batch.path)
  @HttpCode(200)
  async batch(@Req() request: FastifyRequest, @Headers('x-source') named: string | undefined): Promise<object> {
    const type = expectType(request, 'application/x-ndjson', 'text/csv');
    const bytes = bytesOf(request);
    const sender = this.#parts.gatekeeper.verify(request, bytes);
    const source = named === undefined ? undefined : checkedSource(named);
    const read = type === 'text/csv' ? rowsOfCsv : rowsOfNdjson;
    const withSource = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && source ? { source, ...value } : value;
    const batch: Batch = {
      rows: read(bytes, this.#parts.batchBounds),
      sourceOf: (value) => {
        const own = (withSource(value) as { readonly source?: unknown } | null)?.source;
        return isSource(own) && sender.maySpeakFor(own) ? own : (source ?? UNNAMED_SOURCE);
      },
      accept: async ({ value, sent }): Promise<RowResult> => {
        const parsed = inquiryBody.safeParse(withSource(value));
        if (!parsed.success) return { errors: faultsOf(parsed.error) };
        if (!sender.maySpeakFor(parsed.data.source)) return { errors: [NOT_THEIRS] };
        return { accepted: await this.#parts.intake.acceptForm(parsed.data, 'import', sent) };
      },
    };
    return this.#parts.answerOnce(request, source ?? UNNAMED_SOURCE, () => acceptRows(batch, this.#parts.gatekeeper));
  }
}
