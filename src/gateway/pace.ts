import { Refusal } from './problem.ts';
import type { Source } from './sources.ts';

/** How fast one credential may go. */
export interface PaceLimits {
  /** Records a second, in the long run; no bound where this is left out. */
  readonly recordsPerSecond?: number | undefined;
  /** Requests that are answered at the same time. */
  readonly concurrent: number;
}

/** Seconds of records that may come at once: a batch is taken whole, and what follows waits. */
const BURST = 10;

/** Credentials that are remembered; the longest unused ones are forgotten, with full buckets. */
const MOST_REMEMBERED = 10_000;

/** Milliseconds after which a request counts as cut off, so that it holds no place for ever. */
const LONGEST_REQUEST = 600_000;

interface Bucket {
  /** Records that may still come; below nothing after a large batch. */
  left: number;
  at: number;
  /** When each request began that is under way. */
  readonly open: Map<symbol, number>;
}

/** Keeps each credential within its pace, in this process or isolate. */
export interface Pace {
  /**
   * Lets a request in, or refuses it with 429 and `Retry-After`, before anything of it is read. Gives what says that it
   * has been answered.
   */
  enter(source: Source, brings: boolean): () => void;
  /** Counts records that a request brings. */
  count(source: Source, records: number): void;
}

function tooFast(seconds: number, detail: string): Refusal {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(seconds))) };
  return new Refusal({ status: 429, code: 'too-fast', detail, headers });
}

/** Token buckets by credential. `now` gives milliseconds since 1970-01-01T00:00:00Z. */
export function createPace({ recordsPerSecond, concurrent }: PaceLimits, now: () => number): Pace {
  const buckets = new Map<string, Bucket>();
  const full = (recordsPerSecond ?? 0) * BURST;

  function bucketOf({ tenant, credential }: Source): Bucket {
    const name = `${tenant} ${credential}`;
    const bucket = buckets.get(name) ?? { left: full, at: now(), open: new Map<symbol, number>() };
    // Put back at the end: the first ones are those that were used the longest time ago.
    buckets.delete(name);
    buckets.set(name, bucket);
    for (const [oldest, { open }] of buckets) {
      if (buckets.size <= MOST_REMEMBERED || open.size > 0) break;
      buckets.delete(oldest);
    }
    bucket.left = Math.min(
      full,
      bucket.left + (Math.max(0, now() - bucket.at) / 1_000) * (recordsPerSecond ?? 0),
    );
    bucket.at = now();
    return bucket;
  }

  return {
    enter(source, brings) {
      const bucket = bucketOf(source);
      for (const [request, began] of bucket.open) {
        if (began >= now() - LONGEST_REQUEST) break;
        bucket.open.delete(request);
      }
      if (bucket.open.size >= concurrent) {
        throw tooFast(1, `The credential has ${concurrent} requests under way already. Send it again later.`);
      }
      if (brings && recordsPerSecond !== undefined && bucket.left <= 0) {
        const detail = `The credential may send ${recordsPerSecond} records a second. Send it again later.`;
        throw tooFast((1 - bucket.left) / recordsPerSecond, detail);
      }
      const request = Symbol();
      bucket.open.set(request, now());
      return () => void bucket.open.delete(request);
    },

    count(source, records) {
      if (recordsPerSecond !== undefined) bucketOf(source).left -= records;
    },
  };
}
