import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, fetch as undiciFetch, type RequestInit as UndiciRequestInit } from 'undici';
import { isPrivateAddress, PrivateAddressError, publicOnly, type Fetch } from '../../forward/index.ts';

/**
 * Resolves names for connections, and fails where one resolves to a private address. The connection goes to what was looked
 * at here, so that a name which resolves otherwise the next time leads nowhere (DNS rebinding).
 */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '', 0);
    const hidden = addresses.find(({ address }) => isPrivateAddress(address));
    if (hidden) return callback(new PrivateAddressError(`${hostname} (${hidden.address})`), '', 0);
    const [first] = addresses;
    if (options.all === true) return callback(null, addresses);
    callback(null, first?.address ?? '', first?.family ?? 0);
  });
};

/** A `fetch` that goes to the public internet only, and to the hosts that are allowed by name. */
export function publicFetch(allowed: ReadonlySet<string>): Fetch {
  const guarded = new Agent({ connect: { lookup: publicLookup } });
  const open = new Agent();
  return publicOnly(async (url, init) => {
    const dispatcher = allowed.has(new URL(url).hostname) ? open : guarded;
    const answer = await undiciFetch(url, { ...(init as UndiciRequestInit), dispatcher });
    return answer as unknown as Response;
  }, allowed);
}
