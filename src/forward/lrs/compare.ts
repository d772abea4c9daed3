import { isObject, isString, type JsonObject, type JsonValue } from '../../json/index.ts';
import type { Answer, Call } from '../call.ts';
import type { Verdict } from '../sender.ts';
import { disposition } from '../status.ts';
import type { LrsDestination } from './config.ts';
import { getStatement } from './request.ts';

/** True where two statements are the same one (xAPI Communication 2.1.3, Statement Immutability). */
export type Comparable = (sent: JsonObject, stored: JsonObject) => boolean;

function parsed(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

async function look(destination: LrsDestination, call: Call, id: string): Promise<Answer> {
  const present = await call(getStatement(destination, id, false));
  return present.status === 404 ? call(getStatement(destination, id, true)) : present;
}

/**
 * What a conflict (409) over a statement comes to: the same one is stored, which is what was wanted; a different one
 * is, or one that is not shown; or none is, and another statement of the request was meant. An answer that says none
 * of this (not now, not you) is given back, and so is one without a statement in it, as a fault.
 */
export async function settledConflict(
  destination: LrsDestination,
  call: Call,
  comparable: Comparable,
  text: string,
): Promise<Verdict | Answer> {
  const sent = parsed(text);
  const id = sent?.id;
  if (!sent || !isString(id)) return { is: 'again' };
  const answer = await look(destination, call, id);
  if (answer.status === 404) return { is: 'again' };
  const meant = disposition(answer.status);
  if (meant === 'refused') return { is: 'dead', reason: 'conflict' };
  if (meant !== 'delivered') return answer;
  const stored = answer.complete ? parsed(answer.text) : null;
  if (!stored) return { ...answer, status: null };
  return comparable(sent, stored) ? { is: 'delivered' } : { is: 'dead', reason: 'conflict' };
}
