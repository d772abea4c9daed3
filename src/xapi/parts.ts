import { isObject, type JsonObject, type JsonValue } from '../json/index.ts';

type Transform = (part: JsonObject) => JsonObject;

/** What becomes of each Agent or Group, Verb and Activity of a statement, wherever it stands. */
export interface PartTransforms {
  readonly actor: Transform;
  readonly verb: Transform;
  readonly activity: Transform;
}

type Rewrite = (value: JsonValue) => JsonValue;

/**
 * A copy of a statement with its parts transformed, those of the context, the authority and a SubStatement too. Each
 * value of `contextActivities` becomes a list, which is the only form that an LRS gives out (Data 2.4.6.2). What is
 * not transformed is shared with the statement, which stays as it was.
 */
export function mapParts(statement: JsonObject, transforms: PartTransforms): JsonObject {
  const actor = onObject(transforms.actor);
  const activity = onObject(transforms.activity);
  return mapMembers(statement, {
    actor,
    verb: onObject(transforms.verb),
    object: onObject((object) => mapObject(object, transforms)),
    authority: actor,
    context: onObject((context) =>
      mapMembers(context, {
        instructor: actor,
        team: actor,
        contextActivities: onObject((activities) => mapAll(activities, asList(activity))),
        contextAgents: onEach((entry) => mapMembers(entry, { agent: actor })),
        contextGroups: onEach((entry) => mapMembers(entry, { group: actor })),
      }),
    ),
  });
}

function mapObject(object: JsonObject, transforms: PartTransforms): JsonObject {
  switch (object['objectType']) {
    case 'Agent':
    case 'Group':
      return transforms.actor(object);
    case 'SubStatement':
      return mapParts(object, transforms);
    case 'StatementRef':
      return object;
    default:
      return transforms.activity(object);
  }
}

/** A copy of an object in which the named members, where they are there, are rewritten. */
export function mapMembers(object: JsonObject, rewrites: Readonly<Record<string, Rewrite>>): JsonObject {
  const copy = { ...object };
  for (const [name, rewrite] of Object.entries(rewrites)) {
    const value = copy[name];
    if (value !== undefined) copy[name] = rewrite(value);
  }
  return copy;
}

/** A rewrite of objects that leaves every other value as it is. */
export function onObject(transform: Transform): Rewrite {
  return (value) => (isObject(value) ? transform(value) : value);
}

/** A rewrite of the objects in a list. */
export function onEach(transform: Transform): Rewrite {
  return (value) => (Array.isArray(value) ? value.map(onObject(transform)) : value);
}

function asList(rewrite: Rewrite): Rewrite {
  return (value) => (Array.isArray(value) ? value.map(rewrite) : [rewrite(value)]);
}

function mapAll(object: JsonObject, rewrite: Rewrite): JsonObject {
  return mapMembers(object, Object.fromEntries(Object.keys(object).map((name) => [name, rewrite])));
}
