import { Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { Accepted, Intake } from './accept-inquiry.ts';
import type { AnswerOnce } from './answer-once.ts';
import { acceptRows, rowsOfCsv, rowsOfNdjson, type RowVerdict } from './batch-rows.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { inquiryBody } from './inquiry-body.ts';
import { bytesOf, expectType, faultsOf, parseJson, unprocessable } from './request-body.ts';

export const INTAKE = Symbol('INTAKE');
export const GATEKEEPER = Symbol('GATEKEEPER');
export const ANSWER_ONCE = Symbol('ANSWER_ONCE');

/** Intake over HTTP. Answers 202 only after the broker has the record and the blob store its attachments. */
@Controller('v1')
export class IntakeController {
  readonly #intake: Intake;
  readonly #gatekeeper: Gatekeeper;
  readonly #answerOnce: AnswerOnce;

  constructor(
    @Inject(INTAKE) intake: Intake,
    @Inject(GATEKEEPER) gatekeeper: Gatekeeper,
    @Inject(ANSWER_ONCE) answerOnce: AnswerOnce,
  ) {
    this.#intake = intake;
    this.#gatekeeper = gatekeeper;
    this.#answerOnce = answerOnce;
  }

  @Post('inquiries')
  @HttpCode(202)
  async inquiry(@Req() request: FastifyRequest): Promise<object> {
    expectType(request, 'application/json');
    const bytes = bytesOf(request);
    this.#gatekeeper.verify(request, bytes);
    const parsed = inquiryBody.safeParse(parseJson(bytes));
    if (!parsed.success) throw unprocessable('inquiry', faultsOf(parsed.error));
    await this.#gatekeeper.admit(parsed.data.source);
    return this.#answerOnce(request, () => this.#intake.acceptForm(parsed.data, 'form'));
  }

  @Post('mail')
  @HttpCode(202)
  async mail(@Req() request: FastifyRequest, @Headers('x-source') source = 'mail'): Promise<Accepted> {
    expectType(request, 'message/rfc822');
    const bytes = bytesOf(request);
    this.#gatekeeper.verify(request, bytes);
    if (!/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(source))
      throw new Problem({
        status: 422,
        title: 'Unprocessable mail',
        detail: 'The header X-Source must be lower-case letters, digits, and _ . - between them.',
      });
    if (bytes.length === 0)
      throw new Problem({
        status: 422,
        title: 'Unprocessable mail',
        detail: 'The body is empty: post the mail as it came, headers and all.',
      });
    await this.#gatekeeper.admit(source);
    return this.#intake.acceptMail(bytes, source);
  }

  @Post('inquiries::batch')
  @HttpCode(200)
  async batch(@Req() request: FastifyRequest, @Headers('x-source') source: string | undefined): Promise<object> {
    const type = expectType(request, 'application/x-ndjson', 'text/csv');
    const bytes = bytesOf(request);
    this.#gatekeeper.verify(request, bytes);
    const rows = type === 'text/csv' ? rowsOfCsv(bytes.toString('utf8')) : rowsOfNdjson(bytes.toString('utf8'));
    await this.#gatekeeper.admit(source ?? 'batch');
    return acceptRows(rows, (value) => this.#acceptRow(value, source));
  }

  async #acceptRow(value: unknown, source: string | undefined): Promise<RowVerdict> {
    const parsed = inquiryBody.safeParse(
      typeof value === 'object' && value !== null && source ? { source, ...value } : value,
    );
    return parsed.success
      ? { accepted: await this.#intake.acceptForm(parsed.data, 'import') }
      : { errors: faultsOf(parsed.error) };
  }
}
