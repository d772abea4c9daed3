import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { CROSSWALK } from '../mappings/index.ts';

/** What can be kept from a destination. */
export const REDACTED_KINDS = ['actor', 'names', 'mail', 'addresses', 'text'] as const;

export type RedactedKind = (typeof REDACTED_KINDS)[number];

/** `drop` leaves nothing of a value; `hash` puts a keyed pseudonym in its place, the same for the same value. */
export type Treatment = 'drop' | 'hash';

/** The key of pseudonyms. Its id stands in each of them, so that those of a former key are told apart. */
export interface PseudonymKey {
  readonly id: string;
  readonly secret: string;
}

/** What a destination does not get to see: what is not named here goes as it is. */
export type Redaction = Readonly<Partial<Record<RedactedKind, Treatment>>> & { readonly key?: PseudonymKey };

/** What stands in the place of a value. */
export interface Pseudonym {
  /** As an IRI: for ids and for addresses of mail. */
  readonly iri: string;
  /** As text, for names and free text. */
  readonly text: string;
  /** As an account of an xAPI agent. */
  readonly account: { readonly homePage: string; readonly name: string };
}

/** Pseudonyms of one destination. */
export type Pseudonyms = (kind: RedactedKind, value: string) => Pseudonym;

const HOME = `${CROSSWALK}pseudonym/`;

function of(keyId: string, name: string): Pseudonym {
  const homePage = `${HOME}${encodeURIComponent(keyId)}`;
  return {
    iri: `urn:crosswalk:pseudonym:${keyId}:${name}`,
    text: `${keyId}:${name}`,
    account: { homePage, name },
  };
}

const DROPPED: Pseudonym = {
  ...of('none', 'redacted'),
  text: '[redacted]',
};

/**
 * The pseudonyms that a destination sees: HMAC-SHA-256 (RFC 2104) over its name and the value, so that no two
 * destinations can compare theirs. Throws a RangeError where something is to be hashed and there is no key.
 */
export function pseudonymsFor(destination: string, redaction: Redaction): Pseudonyms {
  const { key } = redaction;
  if (!key && REDACTED_KINDS.some((kind) => redaction[kind] === 'hash')) {
    throw new RangeError(`the destination ${destination} hashes without a key`);
  }
  const secret = utf8ToBytes(key?.secret ?? '');
  return (kind, value) => {
    if (!key || redaction[kind] !== 'hash') return DROPPED;
    const message = utf8ToBytes(`${destination}\u0000${value}`.toWellFormed());
    return of(key.id, bytesToHex(hmac(sha256, secret, message)));
  };
}
