import { equal, isObject, member, pointer, type JsonObject, type JsonValue } from '../../json/index.ts';
import { arrange, differingLists } from './lists.ts';
import type { Difference } from './residual.ts';

/** The id of an object in either Caliper form; 1.0 writes `@id`. */
export function idOf(object: JsonObject): string | undefined {
  const id = member(object, 'id') ?? member(object, '@id');
  return typeof id === 'string' ? id : undefined;
}

/** Names of statement members that hold language maps (xAPI Data 4.2). */
const LANGUAGE_MAPS = new Set(['display', 'name', 'description']);

/**
 * What the native side, expressed in the original's language and version, lacks or has otherwise.
 *
 * Objects are compared member by member, lists of equal length element by element, other lists as a whole. Applying
 * the result to the same native side gives the original, value for value. It never holds a value that equals the
 * native one at the same pointer, and never the root.
 */
export function differenceOf(native: JsonObject, original: JsonObject): Difference {
  const difference: Difference = {};
  compareObjects(withLists(native, original, difference), original, '', undefined, difference);
  return difference;
}

function withLists(native: JsonObject, original: JsonObject, difference: Difference): JsonObject {
  const [here, there] = [member(native, 'context'), member(original, 'context')];
  if (!isObject(here) || !isObject(there)) return native;
  const activities = member(here, 'contextActivities');
  const lists = differingLists(activities, member(there, 'contextActivities'));
  if (!lists || !isObject(activities)) return native;
  difference.lists = lists;
  return { ...native, context: { ...here, contextActivities: arrange(activities, lists) } };
}

/**
 * The id by which the object is known when the difference is applied. Members of `set` are missing then, so it is the
 * original's value of the member that the native side has its id in.
 */
function anchorOf(native: JsonObject, original: JsonObject): string | undefined {
  if (idOf(native) === undefined) return undefined;
  const id = member(original, typeof member(native, 'id') === 'string' ? 'id' : '@id');
  return typeof id === 'string' ? id : undefined;
}

function compareObjects(
  native: JsonObject,
  original: JsonObject,
  path: string,
  outerId: string | undefined,
  difference: Difference,
): void {
  const id = anchorOf(native, original) ?? outerId;
  for (const name of Object.keys(original)) {
    const value = original[name];
    if (value === undefined) continue;
    const here = member(native, name);
    // most values are the very same, or equal: their pointers are never needed
    if (here === value || (here !== undefined && equal(here, value))) continue;
    const at = pointer(path, name);
    if (here === undefined) {
      (difference.set ??= {})[at] = value;
      if (id !== undefined) (difference.on ??= {})[at] = id;
    } else compare(here, value, at, id, difference);
  }
  for (const name of Object.keys(native)) {
    const value = native[name];
    if (value !== undefined && !Object.hasOwn(original, name))
      (difference.not ??= {})[pointer(path, name)] = value;
  }
}

function compare(
  native: JsonValue,
  original: JsonValue,
  path: string,
  outerId: string | undefined,
  difference: Difference,
): void {
  if (native === original) return;
  if (isObject(native) && isObject(original)) {
    const picked = pickedFrom(native, original, path);
    if (picked) (difference.lang ??= {})[path] = picked;
    else compareObjects(native, original, path, outerId, difference);
  } else if (Array.isArray(native) && Array.isArray(original) && native.length === original.length) {
    native.forEach((item, i) => {
      compare(item, original[i] as JsonValue, pointer(path, i), outerId, difference);
    });
  } else if (!equal(native, original)) (difference.was ??= {})[path] = [native, original];
}

/** Which text of a language map the native side has picked, where it has one text and the original has that text too. */
function pickedFrom(
  native: JsonObject,
  original: JsonObject,
  path: string,
): [string] | [string, JsonObject] | undefined {
  if (!LANGUAGE_MAPS.has(path.slice(path.lastIndexOf('/') + 1)) || equal(native, original)) return undefined;
  const texts = Object.values(native);
  if (texts.length !== 1 || typeof texts[0] !== 'string') return undefined;
  const tag = Object.keys(original).find((candidate) => original[candidate] === texts[0]);
  if (tag === undefined) return undefined;
  const { [tag]: _picked, ...others } = original;
  return Object.keys(others).length === 0 ? [tag] : [tag, others];
}
