import type { Expected, Move, PlaybookHead } from '@sluice/persistence';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { Changed, Outcome } from '../adapters/playbooks.ts';
import { mistakesIn } from '../domain/written-playbook.ts';
import { badParameters, notFound } from './checks.ts';

/** What a reader sends back with a change, so that it undoes nobody else's (RFC 9110, 13.1.1). */
export const etagOf = ({ revision }: Pick<PlaybookHead, 'revision'>): string => `"${revision}"`;

const required = (id: string): Problem =>
  new Problem({
    status: 428,
    title: 'Precondition required',
    detail: `Read /v1/playbooks/${id}, and send its ETag as If-Match; If-Match: * changes it whatever it is.`,
  });

/** The revision that a change rests on. `found`: the playbook as it is now. @throws Problem 400, 428 */
export const expectedOf = (
  { headers }: Pick<FastifyRequest, 'headers'>,
  id: string,
  found: PlaybookHead | null,
): Expected => {
  const match = headers['if-match']?.trim();
  if (headers['if-none-match']?.trim() === '*' || (match === undefined && found === null)) return 'none';
  if (match === undefined) throw required(id);
  if (match === '*') return 'any';
  const revision = /^"(?<revision>\d{1,19})"$/u.exec(match)?.groups?.['revision'];
  if (revision === undefined)
    throw badParameters([
      { parameter: 'If-Match', in: 'header', detail: 'takes the one ETag of the playbook, as it was given, or *' },
    ]);
  return { revision };
};

/** Somebody was faster. */
const changedMeanwhile = (id: string, head: PlaybookHead | null): Problem => {
  const now =
    head === null
      ? 'it is not there'
      : `its latest version is ${head.latest.number} by ${head.latest.author}, and ${head.active?.number ?? 'none'} is active`;
  return new Problem({
    status: 412,
    title: 'Precondition failed',
    detail: `The playbook is not as you saw it: ${now}. Read /v1/playbooks/${id} again, and send its ETag.`,
    ...(head === null ? {} : { headers: { etag: etagOf(head) } }),
  });
};

const noSuchVersion = ({ playbook, to, kind }: Pick<Move, 'playbook' | 'to' | 'kind'>): Problem =>
  kind === 'rollback'
    ? new Problem({
        status: 409,
        title: 'Never active',
        detail: `Version ${to} of ${playbook} was never active, so nothing can go back to it. /v1/playbooks/${playbook} shows what was; activate a new version instead.`,
      })
    : notFound(`version of ${playbook}`);

/** What came of a change of a playbook. @throws Problem for whatever is no change */
export const changedOf = (
  result: Outcome,
  of: Pick<Move, 'playbook' | 'to' | 'kind'> | { readonly playbook: string },
): Changed => {
  switch (result.kind) {
    case 'faulty':
      throw new Problem({
        status: 422,
        title: 'Playbook not usable',
        detail: 'It has mistakes, each named with its place; nothing was kept or activated.',
        errors: result.faults,
      });
    case 'conflict':
      throw changedMeanwhile(of.playbook, result.head);
    case 'no-version':
      throw 'to' in of ? noSuchVersion(of) : notFound('version');
    default:
      return result;
  }
};

/** For whoever reads a playbook that was written for a schema that is gone. @throws Problem 409; what else went wrong, as it is */
export const unreadable =
  (what: string) =>
  (error: unknown): never => {
    throw new Problem({
      status: 409,
      title: 'Version not readable',
      detail: `${what} was written for another build, and has mistakes for this one.`,
      errors: mistakesIn(error),
    });
  };
