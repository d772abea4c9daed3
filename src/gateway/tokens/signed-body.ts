import { base64url, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Fetch } from '../../forward/index.ts';
import type { Configuration } from '../config.ts';
import { decoded } from '../body.ts';
import type { Source } from '../sources.ts';
import { isTokenFault, keySetOf } from './key-set.ts';

type SignedSetting = NonNullable<Configuration['sources'][number]['signed']>;

/** A source with the way in which it signs what it sends. */
export interface Signer {
  readonly source: Source;
  readonly signed: SignedSetting;
}

/** What a signed body comes to. */
export interface OpenedBody {
  readonly source: Source;
  /** The payload's text, letter for letter. */
  readonly text: string;
}

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** True for the compact serialization of a JWS (RFC 7515 section 7.1), by its form. */
export const isCompactJws = (text: string) => COMPACT.test(text.trim());

/** Opens signed bodies (RFC 7515) of sources that sign with configured keys. */
export interface SignedBodies {
  /** True where any source signs. */
  readonly any: boolean;
  /**
   * The payload and its source: of the sources given, the first whose key made the signature, and whose sensor sends it;
   * null where none did. Nothing of a payload is looked at before its signature holds.
   */
  open(body: string, by?: Source): Promise<OpenedBody | null>;
}

/** Makes what opens signed bodies. `now` gives milliseconds since 1970-01-01T00:00:00Z. */
export function signedBodies(signers: readonly Signer[], now: () => number, fetch: Fetch): SignedBodies {
  const known = signers.map((signer) => ({ ...signer, keys: keySetOf(signer.signed.keys, fetch) }));

  async function opened(
    jws: string,
    { source, signed, keys }: Signer & { keys: JWTVerifyGetKey },
  ): Promise<OpenedBody | null> {
    try {
      const { algorithms, clockTolerance, sensors } = signed;
      const currentDate = new Date(now());
      const { payload } = await jwtVerify(jws, keys, { algorithms, clockTolerance, currentDate });
      if (sensors && !sensors.some((sensor) => sensor === payload.sensor)) return null;
      return { source, text: decoded(base64url.decode(jws.split('.')[1] ?? '')) };
    } catch (error) {
      if (isTokenFault(error)) return null;
      throw error;
    }
  }

  return {
    any: known.length > 0,
    async open(body, by) {
      for (const signer of known) {
        const { name, tenant } = signer.source;
        if (by && (by.name !== name || by.tenant !== tenant)) continue;
        const found = await opened(body.trim(), signer);
        if (found) return found;
      }
      return null;
    },
  };
}
