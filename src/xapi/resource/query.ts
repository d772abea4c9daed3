import type { Finding, JsonObject, JsonValue } from '../../json/index.ts';
import { isIri } from '../formats/iri.ts';
import { instantOf } from '../formats/timestamp.ts';
import { isUuid } from '../formats/uuid.ts';
import { Report } from '../report.ts';
import { actor } from '../rules/actor.ts';
import { identifiersOf } from '../rules/identifier.ts';
import type { XapiVersion } from '../statement.types.ts';
import type { StatementFormat } from './formats.ts';
import { Parameters, type ParameterEntries } from './parameters.ts';

/** What a GET of the statements resource asks for (Communication 2.1.3), defaults filled in. */
export interface StatementsQuery {
  /** The one statement asked for, not voided; UUID in lower case. No filter stands beside it. */
  readonly statementId?: string;
  /** The one voided statement asked for; UUID in lower case. No filter stands beside it. */
  readonly voidedStatementId?: string;
  /** A valid Agent or identified Group. */
  readonly agent?: JsonObject;
  readonly verb?: string;
  readonly activity?: string;
  /** UUID in lower case. */
  readonly registration?: string;
  readonly relatedActivities: boolean;
  readonly relatedAgents: boolean;
  /** Stored after this instant, in milliseconds since 1970-01-01T00:00:00Z; exclusive. */
  readonly since?: number;
  /** Stored at this instant or before, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly until?: number;
  /** Most statements wanted; 0 is as many as the server allows. */
  readonly limit: number;
  readonly format: StatementFormat;
  readonly attachments: boolean;
  readonly ascending: boolean;
}

/** What was read, or what is wrong with it; a finding's path is `/` and the parameter's name. */
export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly findings: readonly Finding[] };

const SINGLE = ['statementId', 'voidedStatementId', 'format', 'attachments'];
const FILTERS = [
  'agent',
  'verb',
  'activity',
  'registration',
  'related_activities',
  'related_agents',
  'since',
  'until',
  'limit',
  'ascending',
];
const A_UUID = 'a UUID';

/**
 * Reads the parameters of a GET of the statements resource. Values are held to the standards of the same types in
 * statements (Data 2.2), unknown parameters are refused (Communication 3.2), and a statement asked for by its id
 * stands alone but for `format` and `attachments` (2.1.3).
 */
export function parseStatementsQuery(entries: ParameterEntries, version: XapiVersion): Read<StatementsQuery> {
  const parameters = new Parameters(entries, [...SINGLE, ...FILTERS]);
  const value = readQuery(parameters, version);
  checkSingle(parameters);
  return parameters.findings.length === 0
    ? { ok: true, value }
    : { ok: false, findings: parameters.findings };
}

function readQuery(parameters: Parameters, version: XapiVersion): StatementsQuery {
  const moment = (name: string) =>
    parameters.get(name, 'a timestamp, its "+" sent as %2B', (text) => instantOf(text, version));
  return {
    ...present({
      statementId: parameters.get('statementId', A_UUID, readUuid),
      voidedStatementId: parameters.get('voidedStatementId', A_UUID, readUuid),
      agent: parameters.get('agent', 'an Agent or identified Group in JSON', (text) =>
        readAgent(text, version),
      ),
      verb: parameters.get('verb', 'an IRI', readIri),
      activity: parameters.get('activity', 'an IRI', readIri),
      registration: parameters.get('registration', A_UUID, readUuid),
      since: moment('since'),
      until: moment('until'),
    }),
    relatedActivities: readTruth(parameters, 'related_activities'),
    relatedAgents: readTruth(parameters, 'related_agents'),
    limit: parameters.get('limit', 'a whole number, 0 or more', readCount) ?? 0,
    format: parameters.get('format', '"ids", "exact" or "canonical"', readFormat) ?? 'exact',
    attachments: readTruth(parameters, 'attachments'),
    ascending: readTruth(parameters, 'ascending'),
  };
}

type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}

function checkSingle(parameters: Parameters): void {
  const names = parameters.names();
  const single = names.find((name) => name === 'statementId' || name === 'voidedStatementId');
  if (single === undefined) return;
  for (const name of names) {
    if (name === single || name === 'format' || name === 'attachments') continue;
    parameters.say(
      name,
      'xapi-parameter-conflict',
      `beside ${single} only format and attachments are allowed, not ${name}`,
    );
  }
}

function readTruth(parameters: Parameters, name: string): boolean {
  const read = (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined);
  return parameters.get(name, '"true" or "false"', read) ?? false;
}

function readFormat(text: string): StatementFormat | undefined {
  return text === 'ids' || text === 'exact' || text === 'canonical' ? text : undefined;
}

function readCount(text: string): number | undefined {
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(count) ? count : undefined;
}

function readIri(text: string): string | undefined {
  return isIri(text) ? text : undefined;
}

/** A UUID in lower case; undefined for other text. */
export function readUuid(text: string): string | undefined {
  return isUuid(text) ? text.toLowerCase() : undefined;
}

/** An Agent or identified Group from a parameter's JSON; undefined where it is no valid one. */
export function readAgent(text: string, version: XapiVersion): JsonObject | undefined {
  const report = new Report(version);
  const value = readJson(text);
  actor(value, '', report);
  const valid = report.findings.length === 0 ? (value as JsonObject) : undefined;
  // an anonymous Group is never the same as another (Data 2.4.2.2), so that none can be asked for
  return valid && identifiersOf(valid).length > 0 ? valid : undefined;
}

function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
