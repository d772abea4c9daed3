/** The document resources of xAPI (Communication 2.2). */
export type DocumentResource = 'state' | 'agent-profile' | 'activity-profile';

/** What documents are kept for. Parts that the resource does not have are left out. */
export interface DocumentContext {
  readonly tenant: string;
  readonly resource: DocumentResource;
  /** Activity IRI, of states and activity profiles. */
  readonly activity?: string;
  /** The agent's identity as a text, of states and agent profiles. */
  readonly agent?: string;
  /** UUID in lower case, of states. */
  readonly registration?: string;
}

/** A document by its id within its context. */
export interface DocumentKey extends DocumentContext {
  /** `stateId` or `profileId`. */
  readonly id: string;
}

/** A document as it was stored. */
export interface StoredDocument {
  readonly content: Uint8Array;
  readonly contentType: string;
  /** The entity tag without quotes: a hash of the content in lower-case hex. */
  readonly etag: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly updatedAt: number;
}

/**
 * Documents by their keys. A write says what it found: it is made only where that is still so, and answers whether it
 * was, so that no writer undoes another's work unseen.
 *
 * Every method rejects with a `LogUnavailableError` where the storage cannot answer.
 */
export interface DocumentStore {
  /** Bytes of the largest content that the storage takes. */
  readonly largestContent: number;

  find(key: DocumentKey): Promise<StoredDocument | null>;

  /**
   * Writes a document where the stored one has the entity tag `found`, or where there is none and `found` is null.
   * False where it is not so.
   */
  write(key: DocumentKey, document: StoredDocument, found: string | null): Promise<boolean>;

  /** Removes a document where the stored one has the entity tag `found`. False where it is not so. */
  remove(key: DocumentKey, found: string): Promise<boolean>;

  /**
   * Ids of a context's documents in order; of those updated later than `since` (milliseconds since 1970) where it is
   * given. Without a registration those of every registration are among them.
   */
  ids(context: DocumentContext, since?: number): Promise<string[]>;

  /** Removes all documents of a context. */
  clear(context: DocumentContext): Promise<void>;
}
