import { Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { contentHash } from '@sluice/kernel';
import { Problem, type ProblemFault } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { IdempotencyKeys } from '../ports/receipts.port.ts';
import type { Accepted, Intake } from './accept-inquiry.ts';
import { rowsOfCsv, rowsOfNdjson, type BatchRow } from './batch-rows.ts';
import { inquiryBody } from './inquiry-body.ts';
import type { Gatekeeper } from './gatekeeper.ts';

export const INTAKE = Symbol('INTAKE');
export const GATEKEEPER = Symbol('GATEKEEPER');
export const IDEMPOTENCY_KEYS = Symbol('IDEMPOTENCY_KEYS');

interface RowReport { readonly row: number; readonly status: 'accepted' | 'refused'; readonly inquiryId?: string; readonly duplicate?: boolean; readonly errors?: readonly ProblemFault[] }

const faultsOf = (error: z.ZodError): readonly ProblemFault[] =>
  error.issues.flatMap((issue) => {
    const at = `/${issue.path.map(String).join('/')}`;
    return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ pointer: `${at === '/' ? '' : at}/${key}`, detail: 'is no field of an inquiry; further fields go under /metadata' })) : [{ pointer: at, detail: issue.message }];
  });

const bytesOf = (request: FastifyRequest): Buffer => (Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));

const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Problem({ status: 400, title: 'Malformed JSON', detail: 'The body is no JSON document.' });
  }
};

const mediaTypeOf = (request: FastifyRequest): string => (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

const expectType = (request: FastifyRequest, ...types: readonly string[]): string => {
  const type = mediaTypeOf(request);
  if (!types.includes(type)) throw new Problem({ status: 415, title: 'Unsupported media type', detail: `Send ${types.join(' or ')}.` });
  return type;
};

/** Intake over HTTP. Answers 202 only after the broker has the record and the blob store its attachments. */
@Controller('v1')
export class IntakeController {
  readonly #intake: Intake;
  readonly #gatekeeper: Gatekeeper;
  readonly #keys: IdempotencyKeys;

  constructor(@Inject(INTAKE) intake: Intake, @Inject(GATEKEEPER) gatekeeper: Gatekeeper, @Inject(IDEMPOTENCY_KEYS) keys: IdempotencyKeys) {
    this.#intake = intake;
    this.#gatekeeper = gatekeeper;
    this.#keys = keys;
  }

  @Post('inquiries')
  @HttpCode(202)
  async inquiry(@Req() request: FastifyRequest, @Headers('idempotency-key') key: string | undefined): Promise<object> {
    expectType(request, 'application/json');
    const bytes = bytesOf(request);
    this.#gatekeeper.verify(request, bytes);
    const parsed = inquiryBody.safeParse(parseJson(bytes));
    if (!parsed.success) throw new Problem({ status: 422, title: 'Unprocessable inquiry', detail: 'Some fields do not fit; each is named with its place.', errors: faultsOf(parsed.error) });
    await this.#gatekeeper.admit(parsed.data.source);
    return this.#once(key, bytes, () => this.#intake.acceptForm(parsed.data, 'form'));
  }

  @Post('mail')
  @HttpCode(202)
  async mail(@Req() request: FastifyRequest, @Headers('x-source') source = 'mail'): Promise<Accepted> {
    expectType(request, 'message/rfc822');
    const bytes = bytesOf(request);
    this.#gatekeeper.verify(request, bytes);
    if (!/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(source)) throw new Problem({ status: 422, title: 'Unprocessable mail', detail: 'The header X-Source must be lower-case letters, digits, and _ . - between them.' });
    if (bytes.length === 0) throw new Problem({ status: 422, title: 'Unprocessable mail', detail: 'The body is empty: post the mail as it came, headers and all.' });
    await this.#gatekeeper.admit(source);
    return this.#intake.acceptMail(bytes, source);
  }

  @Post('inquiries::batch')
  @HttpCode(200)
  async batch(@Req() request: FastifyRequest, @Headers('x-source') source: string | undefined): Promise<object> {
    const type = expectType(request, 'application/x-ndjson', 'text/csv');
    const bytes = bytesOf(request);
    this.#gatekeeper.verify(request, bytes);
    const rows = type === 'text/csv' ? this.#csv(bytes) : rowsOfNdjson(bytes.toString('utf8'));
    await this.#gatekeeper.admit(source ?? 'batch');
    const reports: RowReport[] = [];
    for (const row of rows) reports.push(await this.#acceptRow(row, source));
    const accepted = reports.filter(({ status }) => status === 'accepted').length;
    return { rows: reports.length, accepted, refused: reports.length - accepted, report: reports };
  }

  #csv(bytes: Buffer): readonly BatchRow[] {
    try {
      return rowsOfCsv(bytes.toString('utf8'));
    } catch (cause) {
      throw new Problem({ status: 422, title: 'Unprocessable CSV', detail: cause instanceof Error ? cause.message : 'The body is no CSV.' });
    }
  }

  async #acceptRow({ row, value, fault }: BatchRow, source: string | undefined): Promise<RowReport> {
    if (fault !== null) return { row, status: 'refused', errors: [{ pointer: '', detail: fault }] };
    const parsed = inquiryBody.safeParse(typeof value === 'object' && value !== null && source ? { source, ...value } : value);
    if (!parsed.success) return { row, status: 'refused', errors: faultsOf(parsed.error) };
    return { row, status: 'accepted', ...(await this.#intake.acceptForm(parsed.data, 'import')) };
  }

  /** With an `Idempotency-Key` the request is done once, and every repeat gets the first answer. */
  async #once(key: string | undefined, bytes: Buffer, act: () => Promise<Accepted>): Promise<object> {
    if (key === undefined) return act();
    const name = contentHash(key);
    const known = await this.#keys.begin(name, contentHash(bytes.toString('base64')));
    switch (known.kind) {
      case 'answered':
        return known.body as object;
      case 'in-progress':
        throw new Problem({ status: 409, title: 'Request in progress', detail: 'A request with this Idempotency-Key is still being worked on.', retryAfter: 1 });
      case 'other-body':
        throw new Problem({ status: 422, title: 'Idempotency key reused', detail: 'This Idempotency-Key was used with another body: take a new key for a new inquiry.' });
      case 'new':
        return this.#doFirst(name, act);
    }
  }

  async #doFirst(name: string, act: () => Promise<Accepted>): Promise<Accepted> {
    try {
      const accepted = await act();
      await this.#keys.finish(name, accepted);
      return accepted;
    } catch (error) {
      await this.#keys.release(name).catch(() => undefined);
      throw error;
    }
  }
}
