import type { RecordQuery, StoredRecord } from '../audit/index.ts';
import { isString, type JsonObject } from '../json/index.ts';
import {
  canonicalStatement,
  idsOnly,
  languagePreference,
  parseStatementsQuery,
  statementResult,
  type ParameterEntries,
  type StatementsQuery,
  type XapiVersion,
} from '../xapi/index.ts';
import { readCursor, writtenCursor } from './cursor.ts';
import { Refusal } from './problem.ts';
import { maySee } from './reading.ts';
import type { Services } from './services.ts';
import type { Source } from './sources.ts';
import { statementOf } from './statement-record.ts';
import { TENANT } from './tenant.ts';

/** What a request that reads statements says. */
export interface ReadRequest {
  readonly source: Source;
  readonly version: XapiVersion;
  readonly parameters: ParameterEntries;
  /** Path of the statements resource, for the link to the next page. */
  readonly path: string;
  readonly acceptLanguage: string | undefined;
}

/** The answer's body, and when it last changed, in milliseconds since 1970-01-01T00:00:00Z. */
export interface ReadAnswer {
  readonly body: JsonObject;
  readonly lastModified?: number;
}

/** Statements in one answer, at most; what a reader gets who asks for as many as possible. */
const MOST_STATEMENTS = 500;

/** Name of the parameter that the link to the next page carries. It stands alone. */
const CURSOR = 'cursor';

/** Parameters of the specification that this gateway cannot answer yet: to pass over one would give wrong results. */
const UNANSWERED = {
  agent: 'agent',
  verb: 'verb',
  activity: 'activity',
  registration: 'registration',
} as const satisfies Partial<Record<keyof StatementsQuery, string>>;

function invalidParameter(path: string, rule: string, message: string): Refusal {
  const detail = 'A parameter of the request cannot be answered.';
  return new Refusal({ status: 400, code: 'invalid-parameter', detail, errors: [{ path, rule, message }] });
}

function queryOf(parameters: ParameterEntries, version: XapiVersion): StatementsQuery {
  const read = parseStatementsQuery(parameters, version);
  if (!read.ok) {
    const detail = 'The parameters are not those of a query for statements.';
    throw new Refusal({ status: 400, code: 'invalid-parameter', detail, errors: read.findings });
  }
  for (const [name, parameter] of Object.entries(UNANSWERED)) {
    if (read.value[name as keyof typeof UNANSWERED] === undefined) continue;
    throw invalidParameter(
      `/${parameter}`,
      'parameter-unanswered',
      `this gateway does not filter by ${parameter}`,
    );
  }
  if (read.value.attachments) {
    const message = 'this gateway keeps no data of attachments: leave the parameter out, or send false';
    throw invalidParameter('/attachments', 'parameter-unanswered', message);
  }
  return read.value;
}

function formatted(record: StoredRecord, query: StatementsQuery, request: ReadRequest): JsonObject {
  const statement = statementOf(record);
  if (query.format === 'ids') return idsOnly(statement);
  if (query.format === 'exact') return statement;
  return canonicalStatement(statement, languagePreference(request.acceptLanguage));
}

/** Which of a number of statements are voided (Data 2.3.2). A voiding statement itself cannot be voided. */
async function voidedAmong(records: readonly StoredRecord[], { log }: Services): Promise<Set<string>> {
  const candidates = records.filter(({ attributes }) => attributes.voids === undefined);
  if (candidates.length === 0) return new Set();
  const voids = candidates.map(({ id }) => id);
  const voiding = await log.read({ tenant: TENANT, voids, limit: Number.MAX_SAFE_INTEGER });
  return new Set(voiding.flatMap(({ attributes: { voids: id } }) => (isString(id) ? [id] : [])));
}

async function single(
  id: string,
  wanted: 'voided' | 'valid',
  query: StatementsQuery,
  request: ReadRequest,
  services: Services,
): Promise<ReadAnswer> {
  const record = await services.log.find(TENANT, 'xapi', id);
  const visible = record !== null && maySee(request.source, record) ? record : null;
  const voided = visible !== null && (await voidedAmong([visible], services)).has(visible.id);
  if (!visible || voided !== (wanted === 'voided')) {
    const detail = `There is no ${wanted === 'voided' ? 'voided ' : ''}statement under the id ${id}.`;
    throw new Refusal({ status: 404, code: 'no-such-statement', detail });
  }
  return { body: formatted(visible, query, request), lastModified: visible.receivedAt };
}

function pageQuery(query: StatementsQuery, source: Source, seq: number | undefined): RecordQuery {
  return {
    tenant: TENANT,
    language: 'xapi',
    kind: 'statement',
    limit: Math.min(query.limit === 0 ? MOST_STATEMENTS : query.limit, MOST_STATEMENTS) + 1,
    order: query.ascending ? 'ascending' : 'descending',
    ...(source.read === 'all' ? {} : { source: source.name }),
    ...(query.since === undefined ? {} : { receivedAfter: query.since }),
    ...(query.until === undefined ? {} : { receivedUntil: query.until }),
    ...(seq === undefined ? {} : query.ascending ? { after: seq } : { before: seq }),
  };
}

/** A page of statements that are not voided; one more is read, to know whether there is a next page. */
async function list(
  query: StatementsQuery,
  text: string,
  seq: number | undefined,
  request: ReadRequest,
  services: Services,
): Promise<ReadAnswer> {
  const wanted = pageQuery(query, request.source, seq);
  const found = await services.log.read(wanted);
  const page = found.slice(0, wanted.limit - 1);
  const voided = await voidedAmong(page, services);
  const statements = page
    .filter(({ id }) => !voided.has(id))
    .map((record) => formatted(record, query, request));
  const last = found.length > page.length ? page.at(-1) : undefined;
  const cursor = last && new URLSearchParams({ [CURSOR]: writtenCursor({ seq: last.seq, query: text }) });
  const newest = page.reduce((latest, { receivedAt }) => Math.max(latest, receivedAt), 0);
  return {
    body: statementResult(statements, cursor ? `${request.path}?${cursor.toString()}` : ''),
    ...(newest === 0 ? {} : { lastModified: newest }),
  };
}

/**
 * Answers a GET of the statements resource (Communication 2.1.3): one statement by `statementId` or
 * `voidedStatementId`, or a list by `since`, `until`, `limit` and `ascending`, voided ones left out, with the path of
 * the next page in `more`. `stored` is the time of receipt. Statements that arrived as xAPI are given, those of the
 * reader's own source or all, as its credential allows.
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
    return list(query, cursor.query, cursor.seq, request, services);
  }
  const query = queryOf(entries, request.version);
  if (query.statementId !== undefined) return single(query.statementId, 'valid', query, request, services);
  if (query.voidedStatementId !== undefined) {
    return single(query.voidedStatementId, 'voided', query, request, services);
  }
  const text = new URLSearchParams(entries.map(([name, value]) => [name, value])).toString();
  return list(query, text, undefined, request, services);
}
