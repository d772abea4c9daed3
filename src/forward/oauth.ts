import { importPKCS8 } from 'jose';
import * as oauth from 'oauth4webapi';
import type { Fetch } from './fetch.ts';
import { maskOf, type Mask } from './masked.ts';

/** How a client proves itself to a token endpoint (RFC 6749 section 2.3.1, RFC 7523 section 2.2). */
export type ClientAuthentication =
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly clientSecret: string }
  | {
      readonly method: 'private_key_jwt';
      /** PKCS #8 in PEM. */
      readonly privateKey: string;
      readonly keyId?: string;
      readonly algorithm: string;
    };

/** OAuth 2.0 client credentials (RFC 6749 section 4.4). */
export type ClientCredentials = ClientAuthentication & {
  readonly scheme: 'oauth';
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scopes?: readonly string[];
};

/** An access token, or the answer of the token endpoint that has none: its status, null where none came. */
export type Granted =
  | { readonly ok: true; readonly token: string; readonly masked: Mask }
  | { readonly ok: false; readonly status: number | null; readonly why: string };

interface Held {
  readonly token: string;
  /** Takes the token out of answers that repeat it. */
  readonly masked: Mask;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly until: number;
}

/** A token is fetched anew so long before it expires, in milliseconds; or after half of a shorter life. */
const MARGIN = 60_000;

/** Seconds for which a token holds whose life its endpoint does not say. */
const LIFE = 300;

/** Tokens that are held, as long as the configuration that they belong to. Values, so that no request waits for another's. */
const tokens = new WeakMap<ClientCredentials, Held>();

/** Forgets a token that a destination refused. Another one, fetched since, stays. */
export function forgetToken(credentials: ClientCredentials, refused: string): void {
  if (tokens.get(credentials)?.token === refused) tokens.delete(credentials);
}

/** 1EdTech has the token endpoint itself as the audience of an assertion (Security Framework 1.1, 4.1.1). */
async function clientAuthentication(credentials: ClientCredentials): Promise<oauth.ClientAuth> {
  if (credentials.method !== 'private_key_jwt') {
    const { method, clientSecret } = credentials;
    return method === 'client_secret_post'
      ? oauth.ClientSecretPost(clientSecret)
      : oauth.ClientSecretBasic(clientSecret);
  }
  const { privateKey, keyId, algorithm, tokenUrl } = credentials;
  const key = await importPKCS8(privateKey, algorithm);
  return oauth.PrivateKeyJwt(keyId === undefined ? key : { key, kid: keyId }, {
    [oauth.modifyAssertion]: (_header, payload) => {
      payload.aud = tokenUrl;
    },
  });
}

async function fetched(
  credentials: ClientCredentials,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<{ token: string; life: number }> {
  const { tokenUrl, clientId, scopes = [] } = credentials;
  const server = { issuer: tokenUrl, token_endpoint: tokenUrl };
  const client = { client_id: clientId };
  const parameters = new URLSearchParams(scopes.length === 0 ? {} : { scope: scopes.join(' ') });
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    await clientAuthentication(credentials),
    parameters,
    {
      [oauth.customFetch]: (url, init) => fetch(url, { ...init, redirect: 'manual' }),
      // Which addresses are good enough the configuration says.
      [oauth.allowInsecureRequests]: true,
      signal,
    },
  );
  const granted = await oauth.processClientCredentialsResponse(server, client, response);
  return { token: granted.access_token, life: (granted.expires_in ?? LIFE) * 1_000 };
}

/** The codes of RFC 6749 section 5.2, and what else is usual; any other text could repeat what was sent. */
const CODES = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
]);

function refusal(error: unknown): Granted & { ok: false } {
  const why = (said: string) => `the token endpoint ${said}`;
  if (error instanceof oauth.ResponseBodyError) {
    const code = CODES.has(error.error) ? ` ${error.error}` : '';
    return { ok: false, status: error.status, why: why(`answered ${error.status}${code}`) };
  }
  const response = error instanceof Error && error.cause instanceof Response ? error.cause : undefined;
  const challenged = error instanceof oauth.WWWAuthenticateChallengeError ? error.response : response;
  if (challenged) {
    return {
      ok: false,
      status: challenged.status,
      why: why(`answered ${challenged.status} without a token`),
    };
  }
  const said = error instanceof Error ? error.name : 'failed';
  return { ok: false, status: null, why: why(`gave no answer (${said})`) };
}

/**
 * An access token for a client: the one that is held, or a new one where none is, or where it is about to expire. Never
 * rejects because of the endpoint. What it gives holds no secret but the token itself.
 */
export async function accessToken(
  credentials: ClientCredentials,
  { fetch, now, signal }: { readonly fetch: Fetch; readonly now: () => number; readonly signal: AbortSignal },
): Promise<Granted> {
  const held = tokens.get(credentials);
  if (held && now() < held.until) return { ok: true, token: held.token, masked: held.masked };
  try {
    const { token, life } = await fetched(credentials, fetch, signal);
    const masked = maskOf([token]);
    tokens.set(credentials, { token, masked, until: now() + life - Math.min(MARGIN, life / 2) });
    return { ok: true, token, masked };
  } catch (error) {
    return refusal(error);
  }
}
