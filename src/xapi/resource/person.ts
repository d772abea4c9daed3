import { equal, isObject, isString, type JsonObject, type JsonValue } from '../../json/index.ts';
import { mapParts } from '../parts.ts';
import { IDENTIFIERS } from '../rules/identifier.ts';
import { agentIdentity } from './terms.ts';

/** Each Agent, Group and member of a Group in a statement, wherever it stands. */
function actorsIn(statement: JsonObject): JsonObject[] {
  const found: JsonObject[] = [];
  const take = (actor: JsonObject): JsonObject => {
    found.push(actor);
    if (Array.isArray(actor.member)) found.push(...actor.member.filter(isObject));
    return actor;
  };
  mapParts(statement, { actor: take, verb: (verb) => verb, activity: (activity) => activity });
  return found;
}

/**
 * The Person of an Agent (Communication 2.4): its identifier, and the names that statements call it by, each in a list.
 * Identifiers of one person are not put together: nothing here knows that two belong to one.
 */
export function personOf(agent: JsonObject, statements: readonly JsonObject[]): JsonObject {
  const identity = agentIdentity(agent);
  const same = statements.flatMap(actorsIn).filter((actor) => agentIdentity(actor) === identity);
  const names = [agent, ...same].flatMap(({ name }) => (isString(name) ? [name] : []));
  const identifiers = IDENTIFIERS.flatMap((name): [string, JsonValue][] => {
    const value = agent[name];
    return value === undefined ? [] : [[name, [value]]];
  });
  return {
    objectType: 'Person',
    ...(names.length > 0 ? { name: [...new Set(names)] } : {}),
    ...Object.fromEntries(identifiers),
  };
}

/** Each definition that statements give of an Activity, in their order, without repetitions. */
function definitionsIn(id: string, statements: readonly JsonObject[]): JsonObject[] {
  const found: JsonObject[] = [];
  const take = (activity: JsonObject): JsonObject => {
    const { definition } = activity;
    if (activity.id === id && isObject(definition) && !found.some((one) => equal(one, definition))) {
      found.push(definition);
    }
    return activity;
  };
  for (const statement of statements) {
    mapParts(statement, { actor: (actor) => actor, verb: (verb) => verb, activity: take });
  }
  return found;
}

const joined = (older: JsonValue | undefined, newer: JsonValue | undefined): JsonValue | undefined =>
  isObject(older) && isObject(newer) ? { ...older, ...newer } : (newer ?? older);

function merged(older: JsonObject, newer: JsonObject): JsonObject {
  const maps = ['name', 'description', 'extensions'].flatMap((name): [string, JsonValue][] => {
    const both = joined(older[name], newer[name]);
    return both === undefined ? [] : [[name, both]];
  });
  return { ...older, ...newer, ...Object.fromEntries(maps) };
}

/**
 * The canonical definition of an Activity from the statements that mention it, oldest first: of each property the
 * newest value, and of names and descriptions every language (Data 2.4.4.1). Undefined where none defines it.
 */
export function canonicalDefinition(id: string, statements: readonly JsonObject[]): JsonObject | undefined {
  const definitions = definitionsIn(id, statements);
  return definitions.length === 0 ? undefined : definitions.reduce(merged, {});
}
