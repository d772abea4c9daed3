import { isObject, isString, member, type JsonObject, type JsonValue } from '../json/index.ts';
import { defaultStatementVersion, statementTerms, VOIDED, type XapiVersion } from '../xapi/index.ts';
import type { Received } from './accept.ts';
import type { Source } from './sources.ts';

/** A valid statement on its way into the log. */
export interface ReceivedStatement {
  readonly statement: JsonObject;
  /** Its source text. */
  readonly body: string;
  /** Its id, or the one that it gets; in lower case. */
  readonly id: string;
}

/** How and by whom statements were sent. */
export interface StatementReceipt {
  readonly source: Source;
  readonly version: XapiVersion;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  readonly authority: JsonObject;
}

function textAt(object: JsonValue | undefined, name: string): string {
  const value = isObject(object) ? member(object, name) : undefined;
  return isString(value) ? value : '';
}

/** The id of the statement that a statement voids (Data 2.3.2), or nothing. */
function voiding(statement: JsonObject): JsonObject {
  if (textAt(statement.verb, 'id') !== VOIDED) return {};
  return { voids: textAt(statement.object, 'id').toLowerCase() };
}

/**
 * The record of a statement. What an LRS adds on receipt (`stored`, `authority`, `version`) is kept beside the body,
 * and so is the id of the statement that it voids.
 */
export function statementRecord(
  { statement, body, id }: ReceivedStatement,
  receipt: StatementReceipt,
): Received {
  const { source, version, at, authority } = receipt;
  const said = member(statement, 'version');
  const stored = new Date(at).toISOString();
  return {
    tenant: source.tenant,
    source: source.name,
    language: 'xapi',
    kind: 'statement',
    id,
    version: isString(said) ? said : defaultStatementVersion(version),
    type: textAt(statement.verb, 'id'),
    body,
    attributes: { stored, authority, version: defaultStatementVersion(version), ...voiding(statement) },
    deviations: [],
    receivedAt: at,
    entry: statementTerms({ ...statement, authority }),
  };
}

/** The Agent that vouches for a source's records: an account at the gateway's own address (Data 2.4.9). */
export function authorityOf(
  source: string,
  origin: string,
  { publicUrl }: { readonly publicUrl?: string },
): JsonObject {
  return { objectType: 'Agent', account: { homePage: publicUrl ?? origin, name: source } };
}
