import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Networks that may be visited although they are not public, as CIDR: for a mirror or a simulator of one's own. */
export type AllowedNetworks = readonly string[];

/** Asks DNS for every address of a host. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export const resolveBySystem: Resolve = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/** An address that is nobody's business: loopback, private, link-local (with it the cloud's metadata service), reserved. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

/**
 * Whether an address is a public one. `process` unwraps IPv4 that is mapped into IPv6; other ways of carrying an IPv4 address
 * (6to4, NAT64, Teredo) are ranges of their own and so not unicast. What can't be parsed is not public.
 */
export const isPublicAddress = (address: string, allowed: AllowedNetworks = []): boolean => {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  const isAllowed = allowed.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === parsed.kind() && parsed.match(base, bits);
  });
  return isAllowed || parsed.range() === 'unicast';
};

/**
 * The only way a connection gets an address: every address of the host must be public, and those very addresses are what is
 * connected to. A name that changes its answer between a check and a connection finds no gap between the two.
 */
export const guardedLookup =
  (resolve: Resolve, allowed: AllowedNetworks): LookupFunction =>
  (host, options, callback) => {
    const refuse = (error: Error): void => callback(error, '', 0);
    resolve(host)
      .then((addresses) => {
        const [first] = addresses;
        if (!first || !addresses.every(({ address }) => isPublicAddress(address, allowed))) {
          refuse(new ForbiddenAddressError('connecting: the host resolves to an address that is not public'));
        } else if (options.all) {
          callback(null, [...addresses]);
        } else {
          callback(null, first.address, first.family);
        }
      })
      .catch(refuse);
  };
