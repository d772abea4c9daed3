import type { Storage } from '../audit/index.ts';
import type { Notice } from './services.ts';

/** Records that are sealed in one step: requests go in between. */
const STEP = 500;

/** What a sealer works with. */
export interface SealerOptions {
  readonly log: Storage;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  readonly report: (notice: Notice) => void;
  /** Runs work beside the requests. */
  readonly schedule: (work: () => Promise<void>) => void;
  /** Resolves when records have been gathered for a seal; at once where it is left out. */
  readonly gather?: () => Promise<void>;
}

/**
 * Seals what was appended. What is to be sealed stands in the log: what one process leaves, the next one takes up, and
 * two that work at once do no harm.
 */
export interface Sealer {
  /** Seals up to `most` records. */
  seal(most: number): Promise<void>;
  /** Has everything sealed beside the requests. */
  wake(): void;
}

export function createSealer({ log, now, report, schedule, gather }: SealerOptions): Sealer {
  const seal = async (most: number): Promise<void> => {
    try {
      for (let left = most; left > 0; left -= STEP) {
        const wanted = Math.min(left, STEP);
        if ((await log.proof.seal(wanted, now())) < wanted) return;
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    } catch (error) {
      // The next append, or the next start, tries again.
      report({ level: 'error', event: 'not-sealed', error });
    }
  };
  let awake = false;
  const work = async (): Promise<void> => {
    await gather?.();
    awake = false;
    await seal(Infinity);
  };
  return {
    seal,
    wake() {
      if (awake) return;
      awake = true;
      schedule(work);
    },
  };
}
