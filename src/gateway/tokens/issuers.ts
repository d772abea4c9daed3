import { decodeJwt, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Fetch } from '../../forward/index.ts';
import type { Configuration } from '../config.ts';
import type { Presented } from '../credentials.ts';
import type { Digest } from '../digest.ts';
import { remember } from '../remember.ts';
import { isScope, scopesOf, type Scope } from '../scopes.ts';
import type { Source } from '../sources.ts';
import { isTokenFault, keySetOf } from './key-set.ts';

type IssuerSetting = Configuration['issuers'][number];

/** Milliseconds for which a token that was verified is not verified again. */
const TRUSTED = 30_000;

/** Tokens that are remembered as verified. */
const MOST_REMEMBERED = 10_000;

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** A longer one is no access token. */
const LONGEST = 16_384;

function issuerNamedBy(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function hasClaims(payload: JWTPayload, claims: Readonly<Record<string, string>>): boolean {
  return Object.entries(claims).every(([name, wanted]) => {
    const value = Object.hasOwn(payload, name) ? payload[name] : undefined;
    return Array.isArray(value) ? value.includes(wanted) : value === wanted;
  });
}

/** Scopes that a token names: in `scope` (RFC 9068), or in `scp` as some providers have it. */
function namedScopes({ scope, scp }: JWTPayload): string[] {
  const listed = [scope, scp].flat();
  return listed.flatMap((one) => (typeof one === 'string' ? one.split(' ') : []));
}

function grantedBy(payload: JWTPayload, { scopes }: IssuerSetting, source: Source): ReadonlySet<Scope> {
  const named = namedScopes(payload);
  const ours = scopes
    ? named.flatMap((name) => (Object.hasOwn(scopes, name) ? (scopes[name] ?? []) : []))
    : named.filter(isScope);
  // A token gives nothing that its source has not.
  return new Set([...scopesOf(ours)].filter((scope) => source.scopes.has(scope)));
}

interface Issuer {
  readonly setting: IssuerSetting;
  readonly keys: JWTVerifyGetKey;
}

/** What tokens are verified with. */
export interface TokenOptions {
  readonly issuers: readonly IssuerSetting[];
  /** The source of a name, with all that it may do. */
  readonly sourceNamed: (name: string) => Source | undefined;
  readonly digest: Digest;
  readonly now: () => number;
  readonly fetch: Fetch;
}

/**
 * Gives the source behind an access token of a configured issuer (RFC 9068): signed with a configured key by an allowed
 * algorithm, for this audience, and within its times. Null for every other credential. Rejects with a `Refusal` with
 * status 503 where the issuer's keys cannot be had.
 */
export function tokenSources({ issuers, sourceNamed, digest, now, fetch }: TokenOptions) {
  const known: Issuer[] = issuers.map((setting) => ({ setting, keys: keySetOf(setting.keys, fetch) }));
  const verified = new Map<string, { readonly source: Source; readonly until: number }>();

  function sourceOf(payload: JWTPayload, setting: IssuerSetting): Source | null {
    const match = setting.sources.find(({ claims }) => hasClaims(payload, claims));
    const source = match && sourceNamed(match.source);
    if (!source) return null;
    const scopes = grantedBy(payload, setting, source);
    return { ...source, scopes, credential: `${source.name}/${setting.issuer}` };
  }

  async function verify(token: string, { setting, keys }: Issuer): Promise<Source | null> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: setting.issuer,
        audience: setting.audience,
        algorithms: setting.algorithms,
        clockTolerance: setting.clockTolerance,
        currentDate: new Date(now()),
        requiredClaims: ['exp'],
      });
      const source = sourceOf(payload, setting);
      const until = Math.min((payload.exp ?? 0) * 1_000, now() + TRUSTED);
      if (source) remember(verified, digest(token), { source, until }, MOST_REMEMBERED);
      return source;
    } catch (error) {
      if (isTokenFault(error)) return null;
      throw error;
    }
  }

  return async (presented: Presented): Promise<Source | null> => {
    if (known.length === 0 || presented.scheme !== 'bearer') return null;
    const { token } = presented;
    if (token.length > LONGEST || !JWT.test(token)) return null;
    const held = verified.get(digest(token));
    if (held && now() < held.until) return held.source;
    const name = issuerNamedBy(token);
    const issuer = known.find(({ setting }) => setting.issuer === name);
    return issuer ? verify(token, issuer) : null;
  };
}
