import { idOf, typeOf } from '../caliper/index.ts';
import { isObject, isString, member, type JsonObject, type JsonValue } from '../json/index.ts';

/** What a record says of itself, as received, in terms that routes ask for. Each is a list: any of them may be asked for. */
export interface Facts {
  /** Caliper type of an event or described entity; none for a statement. */
  readonly eventType: readonly string[];
  /** Action of an event, verb IRI of a statement. */
  readonly verb: readonly string[];
  /** Caliper type of the object; activity type or `objectType` of a statement's. */
  readonly objectType: readonly string[];
  /** Id of an event's actor; what identifies a statement's: `mbox`, `openid`, `mbox_sha1sum`, `homePage name`. */
  readonly actor: readonly string[];
  /** Ids of the group and of what it is part of; of a statement's parents, grouping and team. */
  readonly course: readonly string[];
}

/** Groups in groups are followed no further. */
const DEEPEST = 8;

const texts = (...values: readonly (JsonValue | undefined)[]): string[] => values.filter(isString);

const objectIn = (value: JsonValue | undefined, ...names: readonly string[]): JsonObject => {
  const found = names.reduce<JsonValue | undefined>(
    (at, name) => (isObject(at) ? member(at, name) : undefined),
    value,
  );
  return isObject(found) ? found : {};
};

const listOf = (value: JsonValue | undefined): JsonValue[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** The id of a Caliper entity, which may stand by its id alone. */
function entityIds(entity: JsonValue | undefined): string[] {
  if (isString(entity)) return [entity];
  return isObject(entity) ? texts(idOf(entity)) : [];
}

function groupIds(group: JsonValue | undefined, depth = 0): string[] {
  const above = isObject(group) && depth < DEEPEST ? member(group, 'subOrganizationOf') : undefined;
  return [...entityIds(group), ...(above === undefined ? [] : groupIds(above, depth + 1))];
}

function factsOfCaliper(record: JsonObject): Facts {
  const object = member(record, 'object');
  return {
    eventType: texts(typeOf(record)),
    verb: texts(member(record, 'action')),
    objectType: isObject(object) ? texts(typeOf(object)) : [],
    actor: entityIds(member(record, 'actor')),
    course: groupIds(member(record, 'group')),
  };
}

function agentNames(agent: JsonValue | undefined): string[] {
  const own = objectIn(agent);
  const { homePage, name } = objectIn(own, 'account');
  const account = isString(homePage) && isString(name) ? [`${homePage} ${name}`] : [];
  return [...texts(member(own, 'mbox'), member(own, 'openid'), member(own, 'mbox_sha1sum')), ...account];
}

function courseIds(context: JsonObject): string[] {
  const activities = objectIn(context, 'contextActivities');
  const around = ['parent', 'grouping'].flatMap((name) => listOf(member(activities, name)));
  const ids = around.flatMap((activity) => texts(member(objectIn(activity), 'id')));
  return [...ids, ...agentNames(member(context, 'team'))];
}

function factsOfStatement(statement: JsonObject): Facts {
  const object = objectIn(statement, 'object');
  return {
    eventType: [],
    verb: texts(member(objectIn(statement, 'verb'), 'id')),
    objectType: texts(member(objectIn(object, 'definition'), 'type'), member(object, 'objectType')),
    actor: agentNames(member(statement, 'actor')),
    course: courseIds(objectIn(statement, 'context')),
  };
}

/** What a record's body says. A body that is no JSON object says nothing. */
export function factsOf(language: 'caliper' | 'xapi', body: string): Facts {
  const value = JSON.parse(body) as JsonValue;
  return language === 'caliper' ? factsOfCaliper(objectIn(value)) : factsOfStatement(objectIn(value));
}
