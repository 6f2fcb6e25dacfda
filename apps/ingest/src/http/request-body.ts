import { Problem, type ProblemFault } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** Bodies are taken as bytes, since signatures are over bytes. */
export const bytesOf = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

/** @throws Problem 400 */
export const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Problem({ status: 400, title: 'Malformed JSON', detail: 'The body is no JSON document.' });
  }
};

/** The media type of a request, when it is one of these. @throws Problem 415 */
export const expectType = (request: FastifyRequest, ...types: readonly string[]): string => {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type))
    throw new Problem({ status: 415, title: 'Unsupported media type', detail: `Send ${types.join(' or ')}.` });
  return type;
};

/** What does not fit, each with its place. */
export const faultsOf = (error: z.ZodError): readonly ProblemFault[] =>
  error.issues.flatMap((issue) => {
    const at = `/${issue.path.map(String).join('/')}`;
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: `${at === '/' ? '' : at}/${key}`,
          detail: 'is no field of an inquiry; further fields go under /metadata',
        }))
      : [{ pointer: at, detail: issue.message }];
  });

export const unprocessable = (what: string, errors: readonly ProblemFault[]): Problem =>
  new Problem({
    status: 422,
    title: `Unprocessable ${what}`,
    detail: 'Some fields do not fit; each is named with its place.',
    errors,
  });
