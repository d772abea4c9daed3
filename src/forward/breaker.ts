import type { DestinationState } from '../audit/index.ts';
import { backoff, type Backoff } from './retry.ts';

/**
 * A circuit breaker. Closed, requests go out. After `failures` failed ones in a row it opens, and nothing goes out for
 * at least `cooldown` milliseconds. Then it is half-open: one record goes as a probe, and decides.
 */
export interface Breaker {
  readonly failures: number;
  readonly cooldown: number;
}

/** What holds where a destination does not say. */
export const DEFAULT_BREAKER: Breaker = { failures: 5, cooldown: 15_000 };

/** How a breaker stands. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** How the breaker of a destination stands at a time. */
export function breakerState(
  { openedAt, retryAt }: Pick<DestinationState, 'openedAt' | 'retryAt'>,
  now: number,
): BreakerState {
  if (openedAt === null) return 'closed';
  return retryAt > now ? 'open' : 'half-open';
}

/** Milliseconds until the next try after a number of failures in a row; not before `asked` where that is longer. */
export function restAfter(
  failures: number,
  asked: number | null,
  random: () => number,
  growth: Backoff,
  breaker: Breaker,
): number {
  const pause = backoff(failures, random, growth);
  const least = failures >= breaker.failures ? breaker.cooldown : 0;
  return Math.max(pause, least, asked ?? 0);
}
