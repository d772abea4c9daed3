import { untroubled, type DestinationState, type OutboxCount, type Storage } from '../audit/index.ts';
import { breakerState, type BreakerState } from '../forward/index.ts';
import { timeOrNull } from './time-text.ts';

/** A destination as the configuration names it. */
export interface DestinationName {
  readonly name: string;
  readonly kind: 'lrs' | 'caliper';
  /** Whose it is. */
  readonly tenant?: string;
}

/** How deliveries to one destination stand. Times are milliseconds since 1970-01-01T00:00:00Z. */
export interface Standing {
  readonly name: string;
  /** Null where the configuration has no destination of the name any more. */
  readonly kind: 'lrs' | 'caliper' | null;
  /** `running`; `held-back` until `retryAt` after a failure; `stopped` until someone resumes it. */
  readonly state: 'running' | 'held-back' | 'stopped';
  readonly breaker: BreakerState;
  /** Failed attempts in a row. */
  readonly failures: number;
  /** When it is tried again; null where nothing holds it back. */
  readonly retryAt: number | null;
  /** Why it is stopped, with the answer that says so. */
  readonly stopped: string | null;
  readonly pending: number;
  readonly oldestPending: number | null;
  readonly delivered: number;
  /** Present dead letters by reason. */
  readonly dead: Readonly<Record<string, number>>;
}

type Known = Pick<Storage, 'counts' | 'standings' | 'deliveries'>;

function stateOf({ stopped, retryAt }: DestinationState, now: number): Standing['state'] {
  if (stopped !== null) return 'stopped';
  return retryAt > now ? 'held-back' : 'running';
}

function standingOf(
  { name, kind }: { readonly name: string; readonly kind: Standing['kind'] },
  state: DestinationState,
  count: OutboxCount | undefined,
  now: number,
): Omit<Standing, 'dead'> {
  const { failures, retryAt, stopped } = state;
  return {
    name,
    kind,
    state: stateOf(state, now),
    breaker: breakerState(state, now),
    failures,
    retryAt: retryAt > now ? retryAt : null,
    stopped,
    pending: count?.pending ?? 0,
    oldestPending: count?.oldestPending ?? null,
    delivered: count?.delivered ?? 0,
  };
}

/**
 * How each destination stands: those of a configuration in their order, then others that the log knows. A destination
 * that nothing was ever sent to is there as well. With a tenant, its configured ones and no others.
 */
export async function standingsOf(
  named: readonly DestinationName[],
  log: Known,
  now: number,
  tenant?: string,
): Promise<Standing[]> {
  const configured = named.filter((one) => tenant === undefined || one.tenant === tenant);
  const [counts, states, letters] = await Promise.all([
    log.counts(),
    log.standings(),
    log.deliveries.deadByReason(),
  ]);
  const former = states
    .map(({ destination }) => destination)
    .filter((name) => tenant === undefined && !configured.some((one) => one.name === name))
    .map((name) => ({ name, kind: null }));
  return [...configured.map(({ name, kind }) => ({ name, kind })), ...former].map((one) => {
    const of = ({ destination }: { readonly destination: string }) => destination === one.name;
    const standing = standingOf(one, states.find(of) ?? untroubled(one.name), counts.find(of), now);
    const dead = letters.filter(of).map(({ reason, count }) => [reason, count] as const);
    return { ...standing, dead: Object.fromEntries(dead) };
  });
}

/** A standing as answers and commands show it, with times in RFC 3339. */
export const standingForm = (standing: Standing) => ({
  ...standing,
  retryAt: timeOrNull(standing.retryAt),
  oldestPending: timeOrNull(standing.oldestPending),
});
