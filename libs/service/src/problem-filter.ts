import { HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { TransientError } from '@sluice/kernel';
import { RefusedRecordsError } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problemBody, type ProblemOptions } from './problem.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Content too large',
  415: 'Unsupported media type',
};

const statusOf = (error: unknown): number => {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500;
};

const toOptions = (error: unknown): ProblemOptions => {
  if (error instanceof Problem) return error.options;
  if (error instanceof TransientError) {
    return {
      status: 503,
      title: 'Temporarily unavailable',
      detail: 'Nothing was accepted. Send it again in a moment.',
      retryAfter: 5,
    };
  }
  if (error instanceof RefusedRecordsError)
    return {
      status: 413,
      title: 'Content too large',
      detail: 'The log does not take a record of this size. Nothing was accepted: send less of it.',
    };
  const status = statusOf(error);
  if (status >= 500)
    return {
      status: 500,
      title: 'Internal error',
      detail: 'The fault is ours, and was logged under the trace id of this answer.',
    };
  return {
    status,
    title: TITLES[status] ?? 'Bad request',
    detail: error instanceof Error ? error.message : 'The request can not be served.',
  };
};

const answer = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const options = toOptions(error);
  const traceId = trace.getActiveSpan()?.spanContext().traceId ?? null;
  void reply
    .status(options.status)
    .headers({
      'content-type': 'application/problem+json',
      ...options.headers,
      ...(options.retryAfter ? { 'retry-after': String(options.retryAfter) } : {}),
    })
    .send(problemBody(options, { instance: request.url.split('?')[0] ?? '/', traceId }));
};

const TOO_LONG = 414;

/** A request that finds no route, since its address can not be read. */
export const answerUnreadableAddress = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const problem =
    statusOf(error) === TOO_LONG
      ? { status: TOO_LONG, title: 'Address too long', detail: 'A part of the path is longer than any name here.' }
      : {
          status: 400,
          title: 'Bad request',
          detail: 'The path can not be read: it must be UTF-8, percent-encoded where needed.',
        };
  answer(new Problem(problem), request, reply);
};

/** Every failure of a request becomes problem+json; what is our fault is logged, without the request's content. */
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (toOptions(error).status === 500)
      this.#logger.error(
        { route: request.routeOptions.url, error: error instanceof Error ? error.stack : 'no error' },
        'a request failed',
      );
    answer(error, request, http.getResponse<FastifyReply>());
  }
}
