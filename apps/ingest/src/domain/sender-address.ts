import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';
import { parse } from 'tldts';
import { freeMailDomains, roleNames } from './address-lists.ts';

export interface SenderAddress {
  /** Registrable domain of the sender's company; null where the domain is nobody's company. */
  readonly companyDomain: string | null;
  readonly addressKind: 'company' | 'free-mail' | 'disposable' | 'unknown';
  readonly roleAddress: boolean;
}

/** Made once: the library's own question makes the set of tens of thousands anew each time it is asked. */
const disposableDomains: ReadonlySet<string> = disposableEmailBlocklistSet();

/** The domain somebody registered: `mail.acme.co.uk` is `acme.co.uk`. Null for addresses and hosts that nobody can register. */
export const registrableDomain = (host: string): string | null => {
  const { domain, isIcann, isPrivate } = parse(host, { allowPrivateDomains: true });
  return domain !== null && (isIcann || isPrivate) ? domain : null;
};

const kindOf = (host: string, domain: string): SenderAddress['addressKind'] => {
  if (disposableDomains.has(host) || disposableDomains.has(domain)) return 'disposable';
  return freeMailDomains.has(host) || freeMailDomains.has(domain) ? 'free-mail' : 'company';
};

/** What kind of address wrote, without saying which. */
export const describeAddress = (email: string | null): SenderAddress => {
  const [local = '', host = ''] = email?.toLowerCase().split('@') ?? [];
  const roleAddress = roleNames.has(local.split('+')[0] ?? '');
  const domain = registrableDomain(host);
  if (domain === null) return { companyDomain: null, addressKind: 'unknown', roleAddress };
  const addressKind = kindOf(host, domain);
  return { companyDomain: addressKind === 'company' ? domain : null, addressKind, roleAddress };
};
