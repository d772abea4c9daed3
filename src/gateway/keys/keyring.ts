import type { Storage, StoredKey } from '../../audit/index.ts';
import type { Presented } from '../credentials.ts';
import { sameDigest, type Digest } from '../digest.ts';
import { remember } from '../remember.ts';
import { isScope, scopesOf } from '../scopes.ts';
import type { Notice } from '../services.ts';
import type { Source } from '../sources.ts';
import { keyIdOf } from './key.ts';

/** Milliseconds for which a key is taken as it was read: so long does it take until other processes' changes hold. */
const FRESH = 2_000;

/** Keys, known and unknown, that are remembered. */
const MOST_REMEMBERED = 10_000;

/** A use is noted in the log when the last one that was is older: one write a minute and key. */
const NOTED_EVERY = 60_000;

/** What a keyring works with. */
export interface KeyringOptions {
  readonly log: Pick<Storage, 'keys'>;
  readonly digest: Digest;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  readonly report: (notice: Notice) => void;
  /** True for a source of the configuration that must keep every MUST. */
  readonly isStrict: (tenant: string, source: string) => boolean;
}

/** Generated keys as requests present them. */
export interface Keyring {
  /**
   * The source behind a key: as a bearer token, or as a Basic password with the key's id as the user. Null for what is no
   * key, or one that is unknown, revoked or expired. Rejects where the storage cannot answer.
   */
  sourceOf(presented: Presented): Promise<Source | null>;
  /** Reads a key anew when it is presented next: its holder shall meet a change at once. */
  forget(id: string): void;
}

function holds(key: StoredKey, digest: string, now: number): boolean {
  if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return false;
  if (sameDigest(key.digest, digest)) return true;
  return key.former !== null && now < key.former.until && sameDigest(key.former.digest, digest);
}

/** Makes a keyring over the log's keys, which remembers for a moment what it has read. */
export function createKeyring({ log, digest, now, report, isStrict }: KeyringOptions): Keyring {
  const remembered = new Map<string, { readonly key: StoredKey | null; readonly at: number }>();
  const noted = new Map<string, number>();

  async function read(id: string): Promise<StoredKey | null> {
    const known = remembered.get(id);
    if (known && now() - known.at < FRESH) return known.key;
    const key = await log.keys.find(id);
    remember(remembered, id, { key, at: now() }, MOST_REMEMBERED);
    return key;
  }

  async function note({ id, lastUsedAt }: StoredKey): Promise<void> {
    const at = now();
    if (at - Math.max(lastUsedAt ?? 0, noted.get(id) ?? 0) < NOTED_EVERY) return;
    noted.set(id, at);
    // A storage that cannot be written locks nobody out: what the request asks for says so itself.
    await log.keys.used(id, at).catch((error: unknown) => {
      report({ level: 'warn', event: 'key-use-not-noted', key: id, error });
    });
  }

  return {
    async sourceOf(presented) {
      const text = presented.scheme === 'bearer' ? presented.token : presented.password;
      const id = keyIdOf(text);
      if (id === undefined || (presented.scheme === 'basic' && presented.user !== id)) return null;
      const key = await read(id);
      if (!key || !holds(key, digest(text), now())) return null;
      await note(key);
      const { tenant, source: name } = key;
      const scopes = scopesOf(key.scopes.filter(isScope));
      return { name, tenant, strict: isStrict(tenant, name), scopes, credential: `${name}/${id}` };
    },

    forget(id) {
      remembered.delete(id);
    },
  };
}
