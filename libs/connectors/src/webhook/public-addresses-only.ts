import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A receiver's address leads into a network that is not public: loopback, private, link-local, reserved. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** IPv4 mapped into IPv6 is unwrapped; other ways of carrying IPv4 are ranges of their own, and so not unicast. */
export const isPublicAddress = (address: string): boolean =>
  isIP(address) !== 0 && ipaddr.process(address).range() === 'unicast';

/** An address that is written out never asks DNS, so it is looked at by itself. */
export const isPublicHost = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 || isPublicAddress(host);
};

/** Every address of a host must be public, and those very addresses are connected to: there is no gap for a second answer. */
export const publicLookup: LookupFunction = (host, options, callback) => {
  const refuse = (error: Error): void => callback(error, '', 0);
  lookup(host, { all: true }).then((addresses) => {
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
      refuse(new PrivateAddressError('connecting: the host resolves to an address that is not public'));
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  }, refuse);
};
