import type { Breaker } from './breaker.ts';
import { base64, maskOf, type Mask } from './masked.ts';
import type { ClientCredentials } from './oauth.ts';
import type { Redaction } from './redaction.ts';

/** How a gateway proves itself to a destination. */
export type Authorization =
  | { readonly scheme: 'basic'; readonly user: string; readonly password: string }
  | { readonly scheme: 'bearer'; readonly token: string }
  | ClientCredentials;

/** When a request goes: as soon as one of these is reached. A record that is larger than `bytes` goes alone. */
export interface Batching {
  /** Most records. */
  readonly count: number;
  /** Most bytes of records, as UTF-8. */
  readonly bytes: number;
  /** Milliseconds that the oldest record waits for others to go along. */
  readonly age: number;
}

/** What every kind of destination has. */
export interface Endpoint {
  /** Name in the record log and in routes. */
  readonly name: string;
  /** Whose it is: it gets records of this tenant only. */
  readonly tenant?: string;
  /** Absolute address with http or https. */
  readonly url: string;
  /** True where its address, and that of its tokens, may be one of a private network. */
  readonly allowPrivate?: boolean;
  readonly authorization: Authorization;
  readonly batch?: Partial<Batching>;
  /** Milliseconds that one request may take; 15,000 by default. */
  readonly timeout?: number;
  /** Language tag for strings without one, when records are mapped for this destination. */
  readonly language?: string;
  /** When so many attempts have failed in a row that the destination gets a rest. */
  readonly breaker?: Partial<Breaker>;
  /** Milliseconds after which what could not be delivered is given up; never where this is left out. */
  readonly expire?: number;
  /**
   * True where what breaks a MUST of its language is not sent, and becomes a dead letter; false, the default, leaves the
   * judgement to the destination.
   */
  readonly strict?: boolean;
  /** What the destination does not get to see; nothing is kept from it where this is left out. */
  readonly redaction?: Redaction;
}

/** Milliseconds that a request may take where a destination does not say. */
export const DEFAULT_TIMEOUT = 15_000;

const DEFAULT_BATCHING: Batching = { count: 100, bytes: 1_000_000, age: 100 };

/** How much goes into one request to a destination. */
export const batchingOf = (endpoint: Endpoint): Batching => ({ ...DEFAULT_BATCHING, ...endpoint.batch });

/** The `Authorization` header of a lasting credential (RFC 7617 with UTF-8, RFC 6750). */
export function authorizationHeader(authorization: Exclude<Authorization, ClientCredentials>): string {
  if (authorization.scheme === 'bearer') return `Bearer ${authorization.token}`;
  return `Basic ${base64(`${authorization.user}:${authorization.password}`)}`;
}

/** What tells a password, or a client's secret (RFC 7617). */
const proofs = (user: string, password: string) => [password, base64(`${user}:${password}`)];

function secretsOf(authorization: Authorization): string[] {
  if (authorization.scheme === 'bearer') return [authorization.token];
  if (authorization.scheme === 'basic') return proofs(authorization.user, authorization.password);
  if (authorization.method === 'private_key_jwt') return [authorization.privateKey];
  return proofs(authorization.clientId, authorization.clientSecret);
}

/** Masks of authorizations, as long as the configuration that they belong to: making one takes longer than using it. */
const masks = new WeakMap<Authorization, Mask>();

/** The mask that takes what an authorization proves out of an answer that repeats it. */
export function maskFor(authorization: Authorization): Mask {
  const mask = masks.get(authorization) ?? maskOf(secretsOf(authorization));
  masks.set(authorization, mask);
  return mask;
}

/** Hosts of private networks that destinations are allowed to stand at, by their names. */
export function allowedHosts(endpoints: readonly Endpoint[]): ReadonlySet<string> {
  const addresses = endpoints.flatMap(({ allowPrivate, url, authorization }) => {
    if (allowPrivate !== true) return [];
    return authorization.scheme === 'oauth' ? [url, authorization.tokenUrl] : [url];
  });
  return new Set(addresses.map((address) => new URL(address).hostname));
}
