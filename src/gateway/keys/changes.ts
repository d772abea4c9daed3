import type { KeyStore, StoredKey } from '../../audit/index.ts';
import type { Digest } from '../digest.ts';
import type { Scope } from '../scopes.ts';
import { timeOrNull, timeText } from '../time-text.ts';
import { freshKeyId, freshKeyText } from './key.ts';

/** What a key is to be. */
export interface WantedKey {
  readonly tenant: string;
  /** Name of the source or reader that it stands for; one of the configuration, or a new one. */
  readonly source: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since 1970-01-01T00:00:00Z; null for a key without end. */
  readonly expiresAt: number | null;
}

/** A key with its text, which is given once and kept nowhere. */
export interface FreshKey {
  readonly key: StoredKey;
  readonly text: string;
}

/** Makes a key and keeps its digest. `by` says who makes it, `at` when. */
export async function createKey(
  store: KeyStore,
  wanted: WantedKey,
  { by, at }: { readonly by: string; readonly at: number },
  digest: Digest,
): Promise<FreshKey> {
  const id = freshKeyId();
  const text = freshKeyText(id);
  const none = { former: null, revokedAt: null, lastUsedAt: null };
  const key = { ...wanted, ...none, id, digest: digest(text), createdAt: at, createdBy: by };
  await store.create(key);
  return { key, text };
}

/**
 * Gives a key a new text; the one before is taken for `grace` milliseconds more. Null where the key is revoked or
 * unknown.
 */
export async function rotateKey(
  store: KeyStore,
  id: string,
  { grace, at }: { readonly grace: number; readonly at: number },
  digest: Digest,
): Promise<string | null> {
  const text = freshKeyText(id);
  return (await store.rotate(id, digest(text), at + grace)) ? text : null;
}

/** A key as JSON: all but what proves it. */
export function keyForm({ digest: _digest, former, ...key }: StoredKey) {
  return {
    ...key,
    createdAt: timeText(key.createdAt),
    formerUntil: timeOrNull(former?.until ?? null),
    expiresAt: timeOrNull(key.expiresAt),
    revokedAt: timeOrNull(key.revokedAt),
    lastUsedAt: timeOrNull(key.lastUsedAt),
  };
}
