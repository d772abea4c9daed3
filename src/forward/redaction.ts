import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { CROSSWALK } from '../mappings/index.ts';

/** What can be kept from a destination. */
export const REDACTED_KINDS = ['actor', 'names', 'mail', 'addresses', 'text', 'members'] as const;

export type RedactedKind = (typeof REDACTED_KINDS)[number];

/** `drop` leaves nothing of a value; `hash` puts a keyed pseudonym in its place, the same for the same value. */
export type Treatment = 'drop' | 'hash';

/** The key of pseudonyms. Its id stands in each of them, so that those of a former key are told apart. */
export interface PseudonymKey {
  readonly id: string;
  readonly secret: string;
}

/** What a destination does not get to see: what is not named here goes as it is. */
export type Redaction = Readonly<Partial<Record<RedactedKind, Treatment>>> & {
  readonly key?: PseudonymKey;
  /** Names of members, IRIs of extensions, or JSON Pointers into the record: what `members` is for. */
  readonly named?: readonly string[];
};

/** The last step of a JSON Pointer, as residuals name their members by; a name as it is. */
const lastStep = (name: string) =>
  name.startsWith('/')
    ? name
        .slice(name.lastIndexOf('/') + 1)
        .replace(/~1/g, '/')
        .replace(/~0/g, '~')
    : name;

/** Whether the configuration names a member: by its name or where it stands, also where a residual keeps it. */
export function namesMember({ members, named }: Redaction, place: string, path: string): boolean {
  if (members === undefined || named === undefined) return false;
  // the body of an outbound record is looked through together with what its envelope described
  return [place, lastStep(place), path, path.replace(/^\/0(?=\/)/, '')].some((one) => named.includes(one));
}

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
 * The pseudonyms that a destination sees in one record: HMAC-SHA-256 (RFC 2104) over its name and the value, so that no two
 * destinations can compare theirs. Throws a RangeError where something is to be hashed and there is no key.
 */
export function pseudonymsFor(destination: string, redaction: Redaction): Pseudonyms {
  const { key } = redaction;
  if (!key && REDACTED_KINDS.some((kind) => redaction[kind] === 'hash')) {
    throw new RangeError(`the destination ${destination} hashes without a key`);
  }
  const secret = utf8ToBytes(key?.secret ?? '');
  // a record names the same person many times
  const made = new Map<string, Pseudonym>();
  return (kind, value) => {
    if (!key || redaction[kind] !== 'hash') return DROPPED;
    const known = made.get(value);
    if (known) return known;
    const message = utf8ToBytes(`${destination}\u0000${value}`.toWellFormed());
    const pseudonym = of(key.id, bytesToHex(hmac(sha256, secret, message)));
    made.set(value, pseudonym);
    return pseudonym;
  };
}
