import type { Expected, PlaybookHead } from '@sluice/persistence';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';

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
  const revision = /^"(?<revision>\d+)"$/u.exec(match)?.groups?.['revision'];
  if (revision === undefined)
    throw new Problem({
      status: 400,
      title: 'Bad request',
      detail: 'If-Match takes the one ETag of the playbook, as it was given, or *.',
    });
  return { revision };
};

/** Somebody was faster. */
export const changedMeanwhile = (id: string, head: PlaybookHead | null): Problem => {
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
