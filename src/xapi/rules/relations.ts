import { isObject, type JsonObject } from '../../json/index.ts';
import { shown, type Report } from '../report.ts';
import { has } from '../shape.ts';
import { isActivity } from './object.ts';

/** The one Verb that the specification reserves (Data 2.3.2). */
export const VOIDED = 'http://adlnet.gov/expapi/verbs/voided';

/** Says what a statement's parts ask of one another: voiding, and context that only suits an Activity. */
export function checkRelations(statement: JsonObject, path: string, report: Report): void {
  const { verb, object, context } = statement;
  if (!isObject(object)) return;
  if (isObject(verb) && verb['id'] === VOIDED) checkVoiding(object, `${path}/object`, report);
  if (isObject(context) && !isActivity(object)) checkContext(context, `${path}/context`, report);
}

/** A voiding statement names the voided one by a StatementRef (Data 2.3.2). */
function checkVoiding(object: JsonObject, path: string, report: Report): void {
  if (object['objectType'] === 'StatementRef') return;
  report.say(
    path,
    'xapi-voiding',
    `the object of a voiding statement has the objectType "StatementRef", not ${shown(object['objectType'])}`,
  );
}

/** `revision` and `platform` are only for statements about an Activity (Data 2.4.6). */
function checkContext(context: JsonObject, path: string, report: Report): void {
  for (const name of ['revision', 'platform']) {
    if (!has(context, name)) continue;
    report.say(
      `${path}/${name}`,
      'xapi-context-activity-only',
      `"${name}" is only used where the statement's object is an Activity`,
    );
  }
}
