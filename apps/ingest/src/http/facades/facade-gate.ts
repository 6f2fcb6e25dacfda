import type { Playbook, SourceTerms } from '@sluice/policy';
import { createFacadeLookup } from '@sluice/service';
import type { PlaybookSource } from '@sluice/stage';
import type { FastifyRequest } from 'fastify';
import { anybody, type Gatekeeper, type Requested, type Sender } from '../gatekeeper.ts';
import { bytesOf } from '../request-body.ts';
import type { FacadeRoute } from '../routes.ts';

/** Lets requests in at facades, on the terms of the playbook in force for their source. */
export interface FacadeGate {
  /** By the headers alone, before a body is read. @throws Problem 404 while the facade is switched off, 401, 403, 429 */
  checkHeaders(request: Requested, route: FacadeRoute): Promise<void>;
  /** @throws Problem 404 while the facade is switched off, 401, 403 */
  open(request: FastifyRequest, route: FacadeRoute): Promise<SourceTerms>;
}

export interface FacadeGateOptions {
  readonly brand: string;
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'active'>;
  readonly gatekeeper: Gatekeeper;
}

export const createFacadeGate = ({ brand, playbooks, gatekeeper }: FacadeGateOptions): FacadeGate => {
  const lookUp = createFacadeLookup(playbooks, brand);
  const bySignature = (request: FastifyRequest): Sender => gatekeeper.verify(request, bytesOf(request));
  const byBearer = (request: Requested): Sender => gatekeeper.verifyBearer(request);
  const verify: Readonly<Record<SourceTerms['verify'], (request: FastifyRequest) => Sender>> = {
    hmac: bySignature,
    provider: bySignature,
    bearer: byBearer,
    none: () => anybody,
  };

  return {
    async checkHeaders(request, route) {
      gatekeeper.checkAddress(request);
      const { terms } = await lookUp(route);
      if (terms.verify === 'bearer') byBearer(request).requireFor(route.source);
      else if (terms.verify !== 'none') gatekeeper.checkHeaders(request);
    },
    async open(request, route) {
      const { terms } = await lookUp(route);
      verify[terms.verify](request).requireFor(route.source);
      return terms;
    },
  };
};
