const DAY = 86_400_000;

/** How waiting grows from failure to failure, in milliseconds. */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
}

/** One second, doubled with each failure, up to five minutes. */
export const DEFAULT_BACKOFF: Backoff = { first: 1_000, longest: 300_000 };

/**
 * Milliseconds that a destination asks to be left alone for (RFC 9110, 10.2.3: seconds or a date), a day at most;
 * null where it does not say.
 */
export function retryAfter(headers: Headers, now: number): number | null {
  const value = headers.get('retry-after')?.trim();
  if (!value) return null;
  const wait = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), DAY);
}

/**
 * Milliseconds to wait after a number of consecutive failures: exponential with full jitter, so that many senders do
 * not come back at once. `random` gives a number from 0 to 1.
 */
export function backoff(failures: number, random: () => number, { first, longest }: Backoff): number {
  return Math.floor(random() * Math.min(longest, first * 2 ** Math.min(failures - 1, 30)));
}
