import { isPublicAddress, type AllowedNetworks } from './public-address.ts';

export interface VisitRules {
  readonly allowedNetworks: AllowedNetworks;
  readonly ports: ReadonlySet<string>;
}

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[');

/**
 * An address as a URL that may be visited, or null: http and https only, no credentials, usual ports, and no literal address
 * that isn't public. The URL parser has already turned `0x7f.1`, `017700000001` and `2130706433` into `127.0.0.1`.
 */
export const visitableUrl = (
  address: string,
  { allowedNetworks, ports, base }: VisitRules & { readonly base?: string },
): URL | null => {
  const url = URL.parse(address, base);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return null;
  if (url.username || url.password || !ports.has(url.port)) return null;
  const host = url.hostname.replace(/\.$/, '');
  if (isAddress(host)) return isPublicAddress(host.replace(/^\[|\]$/g, ''), allowedNetworks) ? url : null;
  // A name without a dot is one of this network's own.
  return host.includes('.') ? url : null;
};
