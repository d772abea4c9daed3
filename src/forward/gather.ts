import type { Storage } from '../audit/index.ts';
import type { Batching } from './endpoint.ts';

/** Milliseconds between two looks at whether enough has come together. */
const LOOK = 250;

/** What waiting for a batch takes. */
export interface Gathering {
  readonly log: Pick<Storage, 'deliveries'>;
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Waits until a batch is full or its oldest record, received at `since`, has waited long enough. Gives false where
 * there was nothing to wait for.
 */
export async function gathered(
  destination: string,
  since: number,
  batching: Batching,
  { log, now, sleep, signal }: Gathering,
): Promise<boolean> {
  let slept = 0;
  for (;;) {
    // A clock that was set back must not hold records for ever.
    const left = Math.min(since + batching.age - now(), batching.age - slept);
    if (left <= 0 || signal.aborted) return slept > 0;
    const { count, bytes } = await log.deliveries.waiting(destination, batching.count);
    if (count >= batching.count || bytes >= batching.bytes) return slept > 0;
    const nap = Math.min(left, LOOK);
    await sleep(nap, signal);
    slept += nap;
  }
}
