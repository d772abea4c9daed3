import type { StoredRecord } from '../audit/index.ts';
import { factsOf } from './facts.ts';

/**
 * What records are kept in order by: those with one key reach a destination in the order of their acceptance. It is who
 * acts; for a described entity, the entity. Records that name nobody share one key.
 */
export function orderKey({ kind, language, id, body }: StoredRecord): string {
  if (kind === 'describe') return `describe ${id}`;
  return `actor ${factsOf(language, body).actor.join(' ')}`;
}
