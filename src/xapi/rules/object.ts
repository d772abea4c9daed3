import { isObject, type JsonObject } from '../../json/index.ts';
import { uuid } from '../formats/uuid.ts';
import { shown, type Check } from '../report.ts';
import { checkShape, has, objectType, shape } from '../shape.ts';
import { activity } from './activity.ts';
import { agent, group } from './actor.ts';
import { identifiersOf } from './identifier.ts';

const STATEMENT_REF = shape('a Statement Reference', { objectType: objectType('StatementRef'), id: uuid }, [
  'objectType',
  'id',
]);

/** A Statement Reference (Data 2.4.4.3). Whether its statement exists is not asked. */
export const statementRef: Check = (value, path, report) => {
  checkShape(value, path, report, STATEMENT_REF);
};

/** What can be the object of any statement, by `objectType`. */
export const plainObjects: ReadonlyMap<string, Check> = new Map([
  ['Activity', activity],
  ['Agent', agent],
  ['Group', group],
  ['StatementRef', statementRef],
]);

/** True where an object is an Activity: it says so, or says nothing (Data 2.4.4). */
export function isActivity(object: JsonObject): boolean {
  return object['objectType'] === undefined || object['objectType'] === 'Activity';
}

/** The object of a statement (Data 2.4.4): an Activity unless `objectType` says otherwise, in exactly its case. */
export function oneOf(kinds: ReadonlyMap<string, Check>): Check {
  const names = [...kinds.keys()].join(', ');
  return (value, path, report) => {
    if (!isObject(value)) return report.mistyped(path, value, 'an object of the statement');
    const kind = value['objectType'] ?? 'Activity';
    const check = typeof kind === 'string' ? kinds.get(kind) : undefined;
    if (isUnnamedActor(value)) {
      report.say(path, 'xapi-object-type', 'an Agent or Group that is an object needs "objectType"');
    } else if (check) {
      check(value, path, report);
    } else {
      report.say(`${path}/objectType`, 'xapi-object-type', `${shown(kind)} is none of ${names}`);
    }
  };
}

function isUnnamedActor(object: JsonObject): boolean {
  return (
    object['objectType'] === undefined &&
    !has(object, 'id') &&
    (has(object, 'member') || identifiersOf(object).length > 0)
  );
}
