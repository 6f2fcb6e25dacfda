import { facadeTerms, type Facade, type Playbook, type SourceTerms } from '@sluice/policy';
import { bearerToken, createBearerLookup, Problem } from '@sluice/service';
import type { PlaybookSource } from '@sluice/stage';
import type { FastifyRequest } from 'fastify';
import type { Gatekeeper } from '../gatekeeper.ts';
import { bytesOf } from '../request-body.ts';

/** One way in: which facade it belongs to, and under which source it takes inquiries in. */
export interface Door {
  readonly facade: Facade;
  readonly source: string;
  readonly channel: 'form' | 'mail' | 'import';
}

/** Lets a request in at a facade, on the terms of the playbook in force for its source. @throws Problem 404 while it is switched off, 401, 429 */
export type FacadeGate = (request: FastifyRequest, door: Door) => Promise<SourceTerms>;

export interface FacadeGateOptions {
  readonly brand: string;
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'active'>;
  readonly gatekeeper: Gatekeeper;
  /** Bearer tokens of senders that can't sign. None: they are refused. */
  readonly tokens: readonly string[];
}

/** Document 000 writes the digest alone; both notations are understood here. */
const signedHeaders = ({ headers }: FastifyRequest): FastifyRequest['headers'] => {
  const given = headers['x-signature'];
  return typeof given === 'string' && /^[0-9a-f]{64}$/iu.test(given.trim()) ? { ...headers, 'x-signature': `sha256=${given.trim()}` } : headers;
};

export const createFacadeGate = ({ brand, playbooks, gatekeeper, tokens }: FacadeGateOptions): FacadeGate => {
  const checkBearer = createBearerLookup({ tokens: tokens.map(bearerToken), hint: 'Send the token of this intake: Authorization: Bearer <token>.' });
  const checkSignature = (request: FastifyRequest): void => gatekeeper.verify({ headers: signedHeaders(request) }, bytesOf(request));
  const verify: Readonly<Record<SourceTerms['verify'], (request: FastifyRequest) => unknown>> = {
    hmac: checkSignature,
    provider: checkSignature,
    bearer: checkBearer,
    none: () => undefined,
  };

  return async (request, { facade, source, channel }) => {
    const { playbook } = await playbooks.active({ brand, source });
    const terms = facadeTerms(playbook, facade, { source, brand, channel });
    if (!terms) throw new Problem({ status: 404, title: 'Not found', detail: `This path is switched off: the playbook in force for the source ${source} does not list the facade ${facade}.` });
    verify[terms.verify](request);
    await gatekeeper.admit(source);
    return terms;
  };
};
