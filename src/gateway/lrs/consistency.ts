import type { Services } from '../services.ts';

/** How old a promise may be, in milliseconds, that a reader is given: each newer one is a write. */
const OLDEST_FOR_READER = 100;
const OLDEST_FOR_SENDER = 1_000;

/**
 * The time through which all statements can be read, now and later (Communication 2.1.3), in milliseconds since 1970:
 * before the oldest append of this process that is under way and the oldest record that is not indexed, and no later
 * than what the log promises of appends in every other process. To be asked before statements are read.
 */
export async function consistentThrough(
  who: 'reader' | 'sender',
  { now, inFlight, log }: Pick<Services, 'now' | 'inFlight' | 'log'>,
): Promise<number> {
  const appending = inFlight.oldest();
  const at = appending === undefined ? now() : Math.min(now(), appending - 1);
  const oldest = who === 'reader' ? OLDEST_FOR_READER : OLDEST_FOR_SENDER;
  let known = await log.statements.consistency();
  // A log that cannot be written can still be read: what was promised before holds.
  if (at - known.promised > oldest) known = await log.statements.consistency(at).catch(() => known);
  const { promised, oldestQueued } = known;
  return Math.max(0, Math.min(at, promised, oldestQueued === null ? Infinity : oldestQueued - 1));
}
