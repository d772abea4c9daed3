import type { Services } from '../services.ts';

/** How old a promise may be, in milliseconds, that a reader is given: each newer one is a write. */
const OLDEST_FOR_READER = 100;
const OLDEST_FOR_SENDER = 1_000;

/** Through when the log can be read whole, in milliseconds since 1970: by time, and by what statements say. */
export interface Completeness {
  readonly stored: number;
  readonly indexed: number;
}

type Read = Pick<Services, 'now' | 'inFlight' | 'log'>;

/**
 * Through when everything can be read, now and later: before the oldest append of this process that is under way, and no
 * later than what the log promises of appends in every other process. A promise that is older than `oldest` milliseconds
 * is made anew, which is a write. To be asked before records are read.
 */
export async function completeness(oldest: number, { now, inFlight, log }: Read): Promise<Completeness> {
  const appending = inFlight.oldest(now());
  const at = appending === undefined ? now() : Math.min(now(), appending - 1);
  let known = await log.statements.consistency();
  // A log that cannot be written can still be read: what was promised before holds.
  if (at - known.promised > oldest) known = await log.statements.consistency(at).catch(() => known);
  const { promised, oldestQueued } = known;
  const stored = Math.max(0, Math.min(at, promised));
  return { stored, indexed: Math.max(0, Math.min(stored, (oldestQueued ?? Infinity) - 1)) };
}

/** The time through which all statements can be read (Communication 2.1.3), in milliseconds since 1970. */
export async function consistentThrough(who: 'reader' | 'sender', services: Read): Promise<number> {
  const oldest = who === 'reader' ? OLDEST_FOR_READER : OLDEST_FOR_SENDER;
  return (await completeness(oldest, services)).indexed;
}
