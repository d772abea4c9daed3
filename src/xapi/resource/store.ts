import type { Finding, JsonObject } from '../../json/index.ts';
import { shown } from '../report.ts';
import type { Rule } from '../rule.ts';
import { Parameters, type ParameterEntries } from './parameters.ts';
import { readUuid, type Read } from './query.ts';

/** Reads the parameters of a PUT of a statement: `statementId`, in lower case, and no other (Communication 2.1.1). */
export function parsePutParameters(entries: ParameterEntries): Read<{ readonly statementId: string }> {
  const parameters = new Parameters(entries, ['statementId']);
  const statementId = parameters.get('statementId', 'a UUID', readUuid);
  if (!parameters.names().includes('statementId')) {
    parameters.say('statementId', 'xapi-parameter-required', 'a PUT names its statement in statementId');
  }
  return statementId !== undefined && parameters.findings.length === 0
    ? { ok: true, value: { statementId } }
    : { ok: false, findings: parameters.findings };
}

/** What is wrong with the parameters of a POST of statements: it has none (Communication 2.1.2, 3.2). */
export function checkPostParameters(entries: ParameterEntries): readonly Finding[] {
  return new Parameters(entries, []).findings;
}

/**
 * What is wrong with the id of a statement that is PUT: where it has one, it is the one of the request
 * (Communication 2.1.1). The case of a UUID means nothing.
 */
export function checkStatementId(statement: JsonObject, statementId: string): readonly Finding[] {
  const id = statement['id'];
  if (id === undefined) return [];
  if (typeof id === 'string' && id.toLowerCase() === statementId.toLowerCase()) return [];
  const rule: Rule = 'xapi-statement-id';
  const message = `the statement's id ${shown(id)} is not the statementId of the request, ${shown(statementId)}`;
  return [{ path: '/id', rule, message, fatal: true }];
}
