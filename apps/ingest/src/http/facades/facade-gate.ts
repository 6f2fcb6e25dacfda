import type { Playbook, SourceTerms } from '@sluice/policy';
import { bearerToken, createBearerLookup, createFacadeLookup, type FacadeDoor } from '@sluice/service';
import type { PlaybookSource } from '@sluice/stage';
import type { FastifyRequest } from 'fastify';
import type { Gatekeeper } from '../gatekeeper.ts';
import { bytesOf } from '../request-body.ts';

/** One way in; its source is also the one under which it takes inquiries in. */
export interface Door extends FacadeDoor {
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
  return typeof given === 'string' && /^[0-9a-f]{64}$/iu.test(given.trim())
    ? { ...headers, 'x-signature': `sha256=${given.trim()}` }
    : headers;
};

export const createFacadeGate = ({ brand, playbooks, gatekeeper, tokens }: FacadeGateOptions): FacadeGate => {
  const lookUp = createFacadeLookup(playbooks, brand);
  const checkBearer = createBearerLookup({
    tokens: tokens.map(bearerToken),
    hint: 'Send the token of this intake: Authorization: Bearer <token>.',
  });
  const checkSignature = (request: FastifyRequest): void =>
    gatekeeper.verify({ headers: signedHeaders(request) }, bytesOf(request));
  const verify: Readonly<Record<SourceTerms['verify'], (request: FastifyRequest) => unknown>> = {
    hmac: checkSignature,
    provider: checkSignature,
    bearer: checkBearer,
    none: () => undefined,
  };

  return async (request, door) => {
    const { terms } = await lookUp(door);
    verify[terms.verify](request);
    await gatekeeper.admit(door.source);
    return terms;
  };
};
