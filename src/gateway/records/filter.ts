import type { RecordFilter } from '../../audit/index.ts';
import type { Crosswalk } from '../../mappings/index.ts';
import { filterOf, readRecordsQuery } from './query.ts';
import { termsOf } from './terms.ts';

/**
 * What the log finds records by, of conditions as `GET /records` names them; undefined where they exclude one another.
 * Throws a `Refusal` whose errors name the condition that is wrong.
 */
export function recordFilter(
  conditions: URLSearchParams,
  tenant: string,
  crosswalk: Crosswalk,
): RecordFilter | undefined {
  const query = readRecordsQuery(conditions);
  return filterOf(query, termsOf(query, crosswalk), tenant);
}
