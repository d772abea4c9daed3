import type { RecordLog } from '../audit/index.ts';
import { DEFAULT_TIMEOUT, type Endpoint } from './endpoint.ts';

/** Milliseconds that a lease outlasts the request that it covers. */
const MARGIN = 5_000;

/** The lease went to another sender, who goes on from what is settled. */
export class LeaseLostError extends Error {
  constructor(destination: string) {
    super(`the lease on ${destination} went to another sender`);
    this.name = 'LeaseLostError';
  }
}

/** The right to be the only sender to a destination. */
export interface Lease {
  /** Takes the lease, or renews it; false where it is not to be had. */
  take(): Promise<boolean>;
  /** Called before each request, so that no request outlasts the lease. Rejects with {@link LeaseLostError}. */
  keep(): Promise<void>;
  release(): Promise<void>;
}

/** A lease that covers two requests of the longest duration. */
export function createLease(log: RecordLog, now: () => number, endpoint: Endpoint, holder: string): Lease {
  const longest = (endpoint.timeout ?? DEFAULT_TIMEOUT) + MARGIN;
  let until = 0;

  const take = async () => {
    const wanted = now() + 2 * longest;
    const held = await log.lease(endpoint.name, holder, now(), wanted);
    until = held ? wanted : 0;
    return held;
  };
  return {
    take,
    async keep() {
      if (now() + longest > until && !(await take())) throw new LeaseLostError(endpoint.name);
    },
    release: () => log.release(endpoint.name, holder),
  };
}
