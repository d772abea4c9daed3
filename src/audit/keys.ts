/** A generated key of a source, as the log keeps it: its text is nowhere. Times are milliseconds since 1970. */
export interface StoredKey {
  /** Public: names the key in lists, and stands in its text. */
  readonly id: string;
  readonly tenant: string;
  /** Name of the source or reader that the key stands for. */
  readonly source: string;
  readonly scopes: readonly string[];
  /** SHA-256 of the key's text, in lower-case hex. */
  readonly digest: string;
  /** The text that a rotation put an end to, and until when it is still taken. */
  readonly former: { readonly digest: string; readonly until: number } | null;
  readonly createdAt: number;
  /** Who made it: the name of a source, or `command line`. */
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** To the minute. */
  readonly lastUsedAt: number | null;
}

/** Which keys: all given conditions hold. */
export interface KeyQuery {
  readonly tenant?: string;
  readonly source?: string;
}

/**
 * Generated keys. Every method rejects with a `LogUnavailableError` where the storage cannot answer.
 */
export interface KeyStore {
  /** Keeps a fresh key. */
  create(key: StoredKey): Promise<void>;

  /** A key by its id, or null; revoked and expired ones too. */
  find(id: string): Promise<StoredKey | null>;

  /** Keys in the order of their making. */
  list(query: KeyQuery): Promise<StoredKey[]>;

  /** Puts another text in the place of a key's own, which is taken until a time. False where the key is revoked or unknown. */
  rotate(id: string, digest: string, formerUntil: number): Promise<boolean>;

  /** Takes a key out of use. False where it was already, or is unknown. */
  revoke(id: string, at: number): Promise<boolean>;

  /** Notes that a key was used. */
  used(id: string, at: number): Promise<void>;
}
