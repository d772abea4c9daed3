import type { AppendOutcome, AttachmentContent, NewRecord } from '../audit/index.ts';
import { isString, member, pointer, type Finding, type JsonObject } from '../json/index.ts';
import {
  checkPostParameters,
  checkStatementId,
  parsePutParameters,
  sameStatement,
  validateBatch,
  type ParameterEntries,
  type XapiVersion,
} from '../xapi/index.ts';
import { append, newRecord, numberErrors, refuseLongBatch } from './accept.ts';
import { jsonBody, type JsonBody } from './json-body.ts';
import { checkAttachments, type StatementsContent } from './lrs/content.ts';
import { checkSignatures } from './lrs/signature.ts';
import { Refusal, type ProblemError } from './problem.ts';
import type { Services } from './services.ts';
import type { Source } from './sources.ts';
import { authorityOf, statementRecord, type ReceivedStatement } from './statement-record.ts';

/** What a request that stores statements says beside its body. */
export interface StoreRequest {
  readonly source: Source;
  readonly version: XapiVersion;
  readonly parameters: ParameterEntries;
  /** Scheme, host and port that the request was sent to. */
  readonly origin: string;
  /** Time of receipt in milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
}

function refuse(errors: readonly (Finding | ProblemError)[], code: string, detail: string): void {
  if (errors.length > 0) throw new Refusal({ status: 400, code, detail, errors });
}

function checkStatements(body: JsonBody, version: XapiVersion): void {
  refuse(validateBatch(body.value, { version }), 'invalid-statement', 'The request breaks rules of xAPI.');
  refuse(
    numberErrors(body.value, ''),
    'invalid-statement',
    'The request holds a number that is out of range.',
  );
}

/** The conflicting records that say the same as the stored ones, an assigned timestamp aside (Data 2.4.7). */
async function repeated(
  records: readonly NewRecord[],
  outcomes: readonly AppendOutcome[],
  { log }: Services,
): Promise<Set<NewRecord>> {
  const same = new Set<NewRecord>();
  for (const [at, record] of records.entries()) {
    if (outcomes[at]?.outcome !== 'conflict') continue;
    const stored = await log.find(record.tenant, 'xapi', record.id);
    if (!stored) continue;
    const [one, other] = [stored.body, record.body].map((body) => JSON.parse(body) as JsonObject);
    if (one && other && sameStatement(one, other)) same.add(record);
  }
  return same;
}

function refuseConflicts(
  records: readonly NewRecord[],
  outcomes: readonly AppendOutcome[],
  pathOf: (record: NewRecord) => string,
): void {
  const errors = records
    .filter((_, at) => outcomes[at]?.outcome === 'conflict')
    .map((record) => ({
      path: pathOf(record),
      rule: 'xapi-conflict',
      message: `another statement is stored under the id ${record.id}: send this one under an id of its own`,
    }));
  if (errors.length === 0) return;
  const detail = 'A different statement is stored under an id of the request. Nothing was stored.';
  throw new Refusal({ status: 409, code: 'statement-conflict', detail, errors });
}

/** Statements that were checked one by one. */
interface CheckedStatements {
  readonly received: readonly ReceivedStatement[];
  /** Pointer of the statement at a place. */
  readonly pathAt: (place: number) => string;
}

const pathsOf = (isList: boolean) => (place: number) => (isList ? pointer('', place) : '');

/** The records of the statements of a request: what is written of them, and nothing of what was parsed. */
interface StatementRecords {
  readonly records: readonly NewRecord[];
  /** Pointer of the statement at a place. */
  readonly pathAt: (place: number) => string;
}

/** The records of statements, once it is known that the attachments are theirs. */
async function recordsOf(
  { received, pathAt }: CheckedStatements,
  attachments: readonly AttachmentContent[],
  request: StoreRequest,
  services: Services,
): Promise<StatementRecords> {
  const statements = received.map(({ statement }) => statement);
  checkAttachments(statements, attachments, pathAt);
  await checkSignatures(statements, attachments, pathAt);
  const receipt = { ...request, authority: authorityOf(request.source.name, request.origin, services) };
  return { records: received.map((one) => newRecord(statementRecord(one, receipt), services)), pathAt };
}

/** Stores all statements or none (Communication 3.2). Those that are stored already are not stored again (2.1.2). */
async function store(
  { records: all, pathAt }: StatementRecords,
  attachments: readonly AttachmentContent[],
  services: Services,
): Promise<void> {
  const pathOf = (record: NewRecord) => pathAt(all.indexOf(record));
  const tryStoring = (records: readonly NewRecord[]) =>
    append(records, { onConflict: 'refuse', attachments, pathOf: (at) => pathAt(at) }, services);

  const outcomes = await tryStoring(all);
  if (outcomes.every(({ outcome }) => outcome !== 'conflict')) return;
  const same = await repeated(all, outcomes, services);
  const fresh = all.filter((record) => !same.has(record));
  refuseConflicts(fresh, same.size > 0 ? await tryStoring(fresh) : outcomes, pathOf);
}

/** The statements of the text of a POST. */
function posted(text: string, request: StoreRequest, services: Services): CheckedStatements {
  const body = jsonBody(text, services.limits);
  const { value, elements } = body;
  refuse(
    checkPostParameters(request.parameters),
    'invalid-parameter',
    'A POST of statements has no parameters.',
  );
  if (Array.isArray(value)) refuseLongBatch(value.length, services.limits.batch);
  services.pace.count(request.source, Array.isArray(value) ? value.length : 1);
  checkStatements(body, request.version);
  const statements = (Array.isArray(value) ? value : [value]) as JsonObject[];
  const received = statements.map((statement, at) => {
    const id = member(statement, 'id');
    const text = elements?.[at] ?? body.text;
    return { statement, body: text, id: isString(id) ? id.toLowerCase() : services.newId() };
  });
  return { received, pathAt: pathsOf(Array.isArray(value)) };
}

/** The statement of the text of a PUT. */
function put(text: string, request: StoreRequest, services: Services): CheckedStatements {
  const body = jsonBody(text, services.limits);
  const parameters = parsePutParameters(request.parameters);
  if (!parameters.ok) {
    const detail = 'A PUT of a statement has the parameter statementId, and no other.';
    throw new Refusal({ status: 400, code: 'invalid-parameter', detail, errors: parameters.findings });
  }
  const { statementId } = parameters.value;
  if (Array.isArray(body.value)) {
    throw new Refusal({
      status: 400,
      code: 'invalid-statement',
      detail: 'A PUT holds one statement, not a list.',
    });
  }
  services.pace.count(request.source, 1);
  checkStatements(body, request.version);
  const statement = body.value as JsonObject;
  refuse(checkStatementId(statement, statementId), 'invalid-statement', 'The statement has another id.');
  return { received: [{ statement, body: body.text, id: statementId }], pathAt: pathsOf(false) };
}

/**
 * Stores the statement or the list of statements of a POST (Communication 2.1.2). Resolves with their ids, in order,
 * once they are durable. Throws a {@link Refusal}: 400 for what is no JSON, where any statement breaks a rule or where a parameter is
 * given, 409 where another statement stands under an id, 413 past a limit; then nothing of the request is stored.
 */
export async function postStatements(
  { text, attachments }: StatementsContent,
  request: StoreRequest,
  services: Services,
): Promise<string[]> {
  const made = await recordsOf(posted(text, request, services), attachments, request, services);
  await store(made, attachments, services);
  return made.records.map(({ id }) => id);
}

/**
 * Stores the statement of a PUT under the id of its parameter (Communication 2.1.1). Resolves once it is durable.
 * Throws a {@link Refusal} as {@link postStatements} does.
 */
export async function putStatement(
  { text, attachments }: StatementsContent,
  request: StoreRequest,
  services: Services,
): Promise<void> {
  const made = await recordsOf(put(text, request, services), attachments, request, services);
  await store(made, attachments, services);
}
