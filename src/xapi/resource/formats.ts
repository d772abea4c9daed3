import { isObject, member, type JsonObject, type JsonValue } from '../../json/index.ts';
import { mapMembers, mapParts, onEach } from '../parts.ts';
import { IDENTIFIERS, identifiersOf } from '../rules/identifier.ts';
import { preferredTag, type LanguageRange } from './preference.ts';

/** How the parts of statements are given out (Communication 2.1.3, `format`). */
export type StatementFormat = 'ids' | 'exact' | 'canonical';

/** What an LRS holds for the definition of an Activity and the display of a Verb; undefined where it holds nothing. */
export interface CanonicalParts {
  definition(activityId: string): JsonObject | undefined;
  display(verbId: string): JsonObject | undefined;
}

/**
 * A statement with no more in its Agents, Groups, Verbs and Activities than identifies them (`format=ids`). Of an
 * anonymous Group that is each of its members.
 */
export function idsOnly(statement: JsonObject): JsonObject {
  return mapParts(statement, {
    actor: identifiedActor,
    verb: (verb) => pick(verb, ['id']),
    // an object without objectType is an Activity (Data 2.4.4)
    activity: (activity) => pick(activity, ['id']),
  });
}

function identifiedActor(actor: JsonObject): JsonObject {
  if (identifiersOf(actor).length > 0) return pick(actor, ['objectType', ...IDENTIFIERS]);
  return mapMembers(pick(actor, ['objectType', 'member']), { member: onEach(identifiedActor) });
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = member(object, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/**
 * A statement with the canonical definitions of its Activities and displays of its Verbs (`format=canonical`), each
 * language map reduced to the one language that the reader prefers. What is not held is taken from the statement.
 */
export function canonicalStatement(
  statement: JsonObject,
  preference: readonly LanguageRange[],
  parts?: CanonicalParts,
): JsonObject {
  const one = (map: JsonValue) => inOneLanguage(map, preference);
  const held = (object: JsonObject, name: 'definition' | 'display') => {
    const id = object['id'];
    const canonical = typeof id === 'string' ? parts?.[name](id) : undefined;
    return canonical ? { ...object, [name]: canonical } : object;
  };
  return mapParts(statement, {
    actor: (actor) => actor,
    verb: (verb) => mapMembers(held(verb, 'display'), { display: one }),
    activity: (activity) =>
      mapMembers(held(activity, 'definition'), {
        definition: (definition) =>
          isObject(definition) ? mapMembers(definition, definitionRewrites(one)) : definition,
      }),
  });
}

function definitionRewrites(
  one: (map: JsonValue) => JsonValue,
): Record<string, (value: JsonValue) => JsonValue> {
  const components = onEach((component) => mapMembers(component, { description: one }));
  return {
    name: one,
    description: one,
    choices: components,
    scale: components,
    source: components,
    target: components,
    steps: components,
  };
}

/** A language map with only the entry that a reader prefers; a map with none stays empty. */
export function inOneLanguage(map: JsonValue, preference: readonly LanguageRange[]): JsonValue {
  if (!isObject(map)) return map;
  const tag = preferredTag(Object.keys(map), preference);
  return tag === undefined ? map : pick(map, [tag]);
}
