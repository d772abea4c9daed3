import { sameDigest, type Digest } from './digest.ts';
import type { Source } from './sources.ts';

/** A credential as a request presents it. */
export type Presented =
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'basic'; readonly user: string; readonly password: string };

/** A credential of a source. Only the digest of the secret is kept. */
export interface KnownCredential {
  readonly source: Source;
  /** SHA-256 of {@link credentialText}, in hex. */
  readonly digest: string;
}

/** The text whose digest stands for a credential. The scheme is part of it, so that none passes for the other. */
function credentialText(presented: Presented): string {
  return presented.scheme === 'bearer'
    ? `bearer ${presented.token}`
    : `basic ${presented.user}:${presented.password}`;
}

/** A credential to be kept in memory: its digest, and whose it is. */
export function keptCredential(source: Source, presented: Presented, digest: Digest): KnownCredential {
  return { source, digest: digest(credentialText(presented)) };
}

function decodedBasic(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Reads an Authorization header: Bearer (RFC 6750 section 2.1) or Basic (RFC 7617, in UTF-8). Undefined where the
 * header is missing or malformed. Schemes are compared without case, as RFC 9110 section 11.1 says.
 */
export function presentedCredential(header: string | undefined): Presented | undefined {
  const parts = /^(\S+) +(\S+) *$/.exec(header ?? '');
  const [, scheme, value] = parts ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return { scheme: 'bearer', token: value };
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const text = decodedBasic(value);
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return undefined;
  return { scheme: 'basic', user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Digests are found by their first digits, so that the time taken does not grow with the number of credentials. */
const PREFIX = 16;

/**
 * Finds the source whose configured credential is presented, or nothing. What is found by the first digits of its digest
 * is compared whole in constant time; nobody can choose a text by the digits of its digest.
 */
export function knownSources(
  known: readonly KnownCredential[],
  digest: Digest,
): (presented: Presented) => Source | undefined {
  const byPrefix = new Map<string, KnownCredential[]>();
  for (const credential of known) {
    const prefix = credential.digest.slice(0, PREFIX);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), credential]);
  }
  return (presented) => {
    const wanted = digest(credentialText(presented));
    const candidates = byPrefix.get(wanted.slice(0, PREFIX)) ?? [];
    return candidates.find((credential) => sameDigest(credential.digest, wanted))?.source;
  };
}
