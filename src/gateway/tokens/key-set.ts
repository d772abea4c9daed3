import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { Fetch } from '../../forward/index.ts';
import type { Configuration } from '../config.ts';
import { Refusal } from '../problem.ts';

type KeysSetting = Configuration['issuers'][number]['keys'];

/** Milliseconds that a look-up of keys may take. */
const TIMEOUT = 5_000;

/** Milliseconds before an unknown key is looked for again: tokens that name none cause no flood. */
const COOLDOWN = 30_000;

/** Milliseconds that keys are kept: a withdrawn one is taken no longer. */
const KEPT = 600_000;

/** The keys could not be had, whatever the token is. */
class KeysUnavailableError extends Error {}

async function lookedUp(url: string, init: RequestInit, fetch: Fetch): Promise<Response> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual' });
    if (response.status === 200) return response;
    throw new KeysUnavailableError(`status ${response.status}`);
  } catch (error) {
    throw error instanceof KeysUnavailableError ? error : new KeysUnavailableError('', { cause: error });
  }
}

/**
 * Public keys of a configuration, by the key id and the algorithm of a token's header. What a header says of keys
 * itself (`jku`, `jwk`, `x5u`, `x5c`) is never looked at.
 */
export function keySetOf(setting: KeysSetting, fetch: Fetch): JWTVerifyGetKey {
  if ('jwks' in setting) return createLocalJWKSet(setting.jwks);
  // Files have been read into the configuration, or it was refused.
  if ('file' in setting) throw new TypeError(`the keys of ${setting.file} have not been read`);
  return createRemoteJWKSet(new URL(setting.url), {
    timeoutDuration: TIMEOUT,
    cooldownDuration: COOLDOWN,
    cacheMaxAge: KEPT,
    [customFetch]: (url, init) => lookedUp(url, init, fetch),
  });
}

const OF_KEYS = [KeysUnavailableError, errors.JWKSTimeout, errors.JWKSInvalid];

/**
 * True for an error that says something of a token. Throws a {@link Refusal} with status 503 where its keys could not be
 * had, and any other error as it is.
 */
export function isTokenFault(error: unknown): boolean {
  if (OF_KEYS.some((known) => error instanceof known)) {
    throw new Refusal({
      status: 503,
      code: 'keys-unavailable',
      detail: 'The keys that would verify this cannot be had now. Send it again later.',
      headers: { 'retry-after': '30' },
    });
  }
  // A key that does not fit the algorithm that a header names is told by a TypeError, or by one of the host.
  const ofHost = error instanceof TypeError || error instanceof DOMException;
  if (error instanceof errors.JOSEError || ofHost) return true;
  throw error;
}
