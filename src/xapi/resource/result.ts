import type { JsonObject } from '../../json/index.ts';

/**
 * A StatementResult (Data 2.5): the statements of a page, and in `more` the path and query of the next one, without
 * scheme, host and port; an empty string at the end.
 */
export function statementResult(statements: JsonObject[], more = ''): JsonObject {
  return { statements, more };
}
