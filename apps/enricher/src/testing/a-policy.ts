import { parsePlaybook, type Playbook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import type { LookupTerms } from '../domain/lookup-terms.ts';

export const someTerms: LookupTerms = {
  enabled: true,
  timeoutMs: 2000,
  costUsd: 0.01,
  keepSeconds: { found: 86_400, notFound: 3600, failed: 60 },
};

/** A playbook that looks up both on terms of ours, with what a test is about laid over it. */
export const aPolicyWith = (over: object = {}): Playbook =>
  parsePlaybook(
    aDocument({
      enrichment: { company: someTerms, website: { ...someTerms, costUsd: 0, maxCharacters: 1000 } },
      ...over,
    }),
  );

export const aPolicy = aPolicyWith();
