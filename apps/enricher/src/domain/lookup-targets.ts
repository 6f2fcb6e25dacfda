import type { InquiryNormalized } from '@sluice/contracts';

export interface LookupTargets {
  /** Registrable domain of the sender's company. */
  readonly company: string | null;
  /** Host of the company's home page. */
  readonly website: string | null;
}

const HOST = /^(?:https?:\/\/)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62})(?:[:/?#]|$)/i;

/** The host a sender gave as their website; null when it is no name of a host (an IP address is none of ours to visit). */
const hostOf = (website: string | null): string | null => HOST.exec(website?.trim() ?? '')?.[1]?.toLowerCase() ?? null;

/** What to look up for an inquiry. A sender at a free-mail address may still have named their site. */
export const lookupTargets = ({ companyDomain, contact }: InquiryNormalized): LookupTargets => ({
  company: companyDomain,
  website: companyDomain ?? hostOf(contact.website),
});
