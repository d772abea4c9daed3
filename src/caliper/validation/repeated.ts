import { repeatedMembers, type Finding } from '../../json/index.ts';
import type { CaliperRule } from './report.ts';

const RULE: CaliperRule = 'caliper-repeated';

/** What an envelope would lose without a word, were the last of two taken. */
const LOSES_RECORDS = '/data';

/**
 * Finds members that stand in their object more than once: each property MUST be referenced only once (Caliper 1.2, Event,
 * Entity and Envelope). It takes the text to see that: who reads it keeps the last. Two lists of data are fatal, since the
 * records of the first would be lost. The text must be JSON; pointers start at its value.
 */
export function validateText(text: string): Finding[] {
  return repeatedMembers(text).map((path) => ({
    path,
    rule: RULE,
    message: `${path} stands in its object more than once; a property must stand there once, and the last is read`,
    ...(path === LOSES_RECORDS && { fatal: true }),
  }));
}
