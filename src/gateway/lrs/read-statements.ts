import type { IndexedStatement, StatementPage, StatementPosition } from '../../audit/index.ts';
import { isObject, isString, type JsonObject } from '../../json/index.ts';
import {
  attachmentsOf,
  canonicalStatement,
  completeStatement,
  idsOnly,
  languagePreference,
  modelOf,
  parseStatementsQuery,
  queryTerms,
  statementResult,
  type ParameterEntries,
  type StatementsQuery,
  type XapiVersion,
} from '../../xapi/index.ts';
import { attachmentPart, timestampOf } from '../../forward/index.ts';
import { readCursor, writtenCursor } from '../cursor.ts';
import { Refusal } from '../problem.ts';
import { maySee, readsAll } from '../reading.ts';
import type { Services } from '../services.ts';
import type { Source } from '../sources.ts';
import { authorityOf } from '../statement-record.ts';
import { definitionsFor } from './activities.ts';
import { mappedStatement } from './indexer.ts';
import type { Part } from './multipart.ts';

/** What a request that reads statements says. */
export interface ReadRequest {
  readonly source: Source;
  readonly version: XapiVersion;
  readonly parameters: ParameterEntries;
  /** Path of the statements resource, for the link to the next page. */
  readonly path: string;
  /** Scheme, host and port that the request was sent to. */
  readonly origin: string;
  readonly acceptLanguage: string | undefined;
}

/** The answer's JSON, when it last changed in milliseconds since 1970, and the attachments' data that belong to it. */
export interface ReadAnswer {
  readonly body: JsonObject;
  readonly lastModified?: number;
  /** Undefined where the reader did not ask for them. */
  readonly attachments?: readonly Part[];
}

/** Statements in one answer, at most; what a reader gets who asks for as many as possible. */
const MOST_STATEMENTS = 500;

/** Name of the parameter that the link to the next page carries. It stands alone. */
const CURSOR = 'cursor';

function invalidParameter(path: string, rule: string, message: string): Refusal {
  const detail = 'A parameter of the request cannot be answered.';
  return new Refusal({ status: 400, code: 'invalid-parameter', detail, errors: [{ path, rule, message }] });
}

function queryOf(parameters: ParameterEntries, version: XapiVersion): StatementsQuery {
  const read = parseStatementsQuery(parameters, version);
  if (read.ok) return read.value;
  const detail = 'The parameters are not those of a query for statements.';
  throw new Refusal({ status: 400, code: 'invalid-parameter', detail, errors: read.findings });
}

/** A statement as it is given out: as received or as mapped, with what was added on receipt. */
export function givenStatement(
  { record, id }: IndexedStatement,
  { version, origin }: Pick<ReadRequest, 'version' | 'origin'>,
  services: Services,
): JsonObject | null {
  const statement = mappedStatement(record, services.crosswalk(record.tenant), version);
  if (!statement) return null;
  const { stored, authority, version: model } = record.attributes;
  return completeStatement(statement, {
    id,
    timestamp: timestampOf(record),
    stored: isString(stored) ? stored : new Date(record.receivedAt).toISOString(),
    authority: isObject(authority) ? authority : authorityOf(record.source, origin, services),
    version: (isString(model) ? modelOf(model) : undefined) ?? version,
  });
}

/** Statements in the format that the query asks for. */
async function formatted(
  statements: readonly JsonObject[],
  { format }: StatementsQuery,
  request: ReadRequest,
  services: Services,
): Promise<JsonObject[]> {
  if (format === 'ids') return statements.map(idsOnly);
  if (format === 'exact') return [...statements];
  const definitions = await definitionsFor(statements, request, services);
  const parts = { definition: (id: string) => definitions.get(id), display: () => undefined };
  const preference = languagePreference(request.acceptLanguage);
  return statements.map((statement) => canonicalStatement(statement, preference, parts));
}

/** The data of the statements' attachments, each once (Communication 1.5.2). What lies elsewhere is not here. */
async function attachedTo(
  statements: readonly JsonObject[],
  { tenant }: Source,
  { log }: Services,
): Promise<Part[]> {
  const described = new Map(
    statements
      .flatMap(attachmentsOf)
      .flatMap(({ sha2, contentType }) =>
        isString(sha2) && isString(contentType) ? [[sha2, contentType] as const] : [],
      ),
  );
  const parts = await Promise.all(
    [...described].map(async ([sha2, contentType]): Promise<Part[]> => {
      const content = await log.attachment(tenant, sha2.toLowerCase());
      return content ? [attachmentPart(contentType, sha2, content)] : [];
    }),
  );
  return parts.flat();
}

async function answer(
  body: (statements: JsonObject[]) => JsonObject,
  found: readonly IndexedStatement[],
  query: StatementsQuery,
  request: ReadRequest,
  services: Services,
): Promise<ReadAnswer> {
  const statements = found.map((one) => givenStatement(one, request, services)).filter((one) => one !== null);
  const newest = found.reduce((latest, { record }) => Math.max(latest, record.receivedAt), 0);
  return {
    body: body(await formatted(statements, query, request, services)),
    ...(newest === 0 ? {} : { lastModified: newest }),
    ...(query.attachments ? { attachments: await attachedTo(statements, request.source, services) } : {}),
  };
}

async function single(
  id: string,
  wanted: 'voided' | 'valid',
  query: StatementsQuery,
  request: ReadRequest,
  services: Services,
): Promise<ReadAnswer> {
  const found = await services.log.statements.find(request.source.tenant, id);
  const visible = found !== null && maySee(request.source, found.record) ? found : null;
  if (!visible || visible.voided !== (wanted === 'voided')) {
    const detail = `There is no ${wanted === 'voided' ? 'voided ' : ''}statement under the id ${id}.`;
    throw new Refusal({ status: 404, code: 'no-such-statement', detail });
  }
  return answer(([statement = {}]) => statement, [visible], query, request, services);
}

function pageOf(
  query: StatementsQuery,
  source: Source,
  behind: StatementPosition | undefined,
): StatementPage {
  return {
    tenant: source.tenant,
    terms: queryTerms(query),
    limit: Math.min(query.limit === 0 ? MOST_STATEMENTS : query.limit, MOST_STATEMENTS),
    order: query.ascending ? 'ascending' : 'descending',
    ...(readsAll(source) ? {} : { source: source.name }),
    ...(query.since === undefined ? {} : { storedAfter: query.since }),
    ...(query.until === undefined ? {} : { storedUntil: query.until }),
    ...(behind === undefined ? {} : { behind }),
  };
}

/**
 * A page of statements that are not voided, with the path of the next one. Where conditions seldom meet, a page may hold
 * fewer than were asked for, or none, and lead on all the same: what one request costs is bounded.
 */
async function list(
  query: StatementsQuery,
  text: string,
  behind: StatementPosition | undefined,
  request: ReadRequest,
  services: Services,
): Promise<ReadAnswer> {
  const { statements: page, next } = await services.log.statements.read(
    pageOf(query, request.source, behind),
  );
  const link = next && new URLSearchParams({ [CURSOR]: writtenCursor({ behind: next, query: text }) });
  const more = link ? `${request.path}?${link.toString()}` : '';
  return answer((statements) => statementResult(statements, more), page, query, request, services);
}

/**
 * Answers a GET of the statements resource (Communication 2.1.3): one statement by `statementId` or
 * `voidedStatementId`, or a list by every filter, voided ones left out, with the path of the next page in `more`.
 * `stored` is the time of receipt. Records that arrived as Caliper are given as the statements that they map to. A
 * reader sees those of its own source or all, as its credential allows.
 *
 * Throws a {@link Refusal}: 400 for parameters that are unknown or wrong, 404 where the one statement is not there.
 */
export async function readStatements(request: ReadRequest, services: Services): Promise<ReadAnswer> {
  const entries = [...request.parameters];
  const [only] = entries;
  if (only?.[0] === CURSOR && entries.length === 1) {
    const cursor = readCursor(only[1]);
    if (!cursor)
      throw invalidParameter(`/${CURSOR}`, 'xapi-parameter-value', 'this is no link of a list of statements');
    const query = queryOf(new URLSearchParams(cursor.query), request.version);
    return list(query, cursor.query, cursor.behind, request, services);
  }
  const query = queryOf(entries, request.version);
  if (query.statementId !== undefined) return single(query.statementId, 'valid', query, request, services);
  if (query.voidedStatementId !== undefined) {
    return single(query.voidedStatementId, 'voided', query, request, services);
  }
  const text = new URLSearchParams(entries.map(([name, value]) => [name, value])).toString();
  return list(query, text, undefined, request, services);
}
