/** What a sender is asked to send. */
export interface Load {
  /** Address of the gateway or the bare route, without a slash at its end. */
  readonly url: string;
  /** What the requests hold; `mixed` sends one batch of statements after every three envelopes. */
  readonly kind: 'envelopes' | 'batches' | 'mixed';
  readonly seed: number;
  /** Records in all; each request holds {@link SIZE}. */
  readonly records: number;
  /** Requests under way at once. */
  readonly connections: number;
  /** Requests a second that are begun whatever the answers take; as fast as they are answered where it is left out. */
  readonly rate?: number;
}

/** Records in one request. */
export const SIZE = 100;

/** What came of a load. */
export interface Sent {
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Milliseconds since 1970-01-01T00:00:00Z at which the first request began. */
  readonly begunAt: number;
  /** Answer times in milliseconds, from when a request was due. */
  readonly times: readonly number[];
}

/** Secret of the only source: bearer token and password alike. */
export const TOKEN = 'bench-token';
