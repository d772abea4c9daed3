import ipaddr from 'ipaddr.js';
import type { Fetch } from './fetch.ts';

/** Names that mean this machine or this network by themselves (RFC 6761, RFC 6762, RFC 8375). */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i;

/** True for an IP address that is not one of the public internet: loopback, private, link-local, reserved and the like. */
export function isPrivateAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() !== 'unicast';
}

/** True for a host of an address (as `URL` writes it) that is private by what it says. */
export function isPrivateHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return PRIVATE_NAME.test(bare) || isPrivateAddress(bare);
}

/** A request was to go to a private address that the configuration does not allow. */
export class PrivateAddressError extends Error {
  constructor(host: string) {
    super(`${host} is an address of a private network: the configuration must say allowPrivate`);
    this.name = 'PrivateAddressError';
  }
}

/**
 * A `fetch` that sends nothing to private hosts, but to those that are allowed. It tells by what the address says: a host
 * that resolves names looks at what they resolve to, too.
 */
export function publicOnly(fetch: Fetch, allowed: ReadonlySet<string>): Fetch {
  return async (url, init) => {
    const { hostname } = new URL(url);
    if (!allowed.has(hostname) && isPrivateHost(hostname)) throw new PrivateAddressError(hostname);
    return fetch(url, init);
  };
}
