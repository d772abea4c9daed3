import {
  isObject,
  member,
  setMember,
  steps,
  valueAt,
  type JsonObject,
  type JsonValue,
} from '../../json/index.ts';
import { idOf } from './diff.ts';
import { sameNative } from './guard.ts';
import { arrange } from './lists.ts';
import type { Difference } from './residual.ts';

/**
 * Lays a difference over the native side. Every step is guarded, so that a native member that was edited in between
 * wins over what is stored. Returns a new value (nothing of `native` is changed) and the pointers of `set` entries
 * that no longer had a place.
 */
export function applyDifference(
  native: JsonObject,
  difference: Difference,
): { value: JsonObject; stale: string[] } {
  let value = applyLists(native, difference);
  for (const [path, expected] of Object.entries(difference.not ?? {})) {
    if (sameNative(valueAt(value, path), expected)) value = edited(value, steps(path), undefined);
  }
  for (const [path, pair] of Object.entries(difference.was ?? {})) {
    const present = valueAt(value, path);
    if (Array.isArray(pair) && present !== undefined && sameNative(present, pair[0])) {
      value = edited(value, steps(path), pair[1]);
    }
  }
  for (const [path, picked] of Object.entries(difference.lang ?? {}))
    value = applyLanguage(value, path, picked);
  const stale: string[] = [];
  const before = value;
  for (const [path, stored] of Object.entries(difference.set ?? {})) {
    if (hasPlace(before, path, difference.on?.[path])) value = edited(value, steps(path), stored);
    else stale.push(path);
  }
  return { value, stale };
}

function applyLists(native: JsonObject, { lists }: Difference): JsonObject {
  const context = member(native, 'context');
  const activities = isObject(context) ? member(context, 'contextActivities') : undefined;
  if (!lists || !isObject(context) || !isObject(activities)) return native;
  return { ...native, context: { ...context, contextActivities: arrange(activities, lists) } };
}

function applyLanguage(value: JsonObject, path: string, picked: readonly JsonValue[]): JsonObject {
  const [tag, others] = picked;
  const map = valueAt(value, path);
  if (typeof tag !== 'string' || !isObject(map)) return value;
  const texts = Object.values(map);
  if (texts.length !== 1 || texts[0] === undefined) return value;
  const restored: JsonObject = isObject(others) ? { ...others } : {};
  setMember(restored, tag, texts[0]);
  return edited(value, steps(path), restored);
}

/** A stored member has a place where it is absent, its parent exists, and the object around it is still the same. */
function hasPlace(document: JsonObject, path: string, id: string | undefined): boolean {
  const parents = [document as JsonValue];
  const names = steps(path);
  for (const step of names.slice(0, -1)) {
    const parent = parents.at(-1);
    const next = Array.isArray(parent)
      ? parent[Number(step)]
      : isObject(parent)
        ? member(parent, step)
        : undefined;
    if (next === undefined) return false;
    parents.push(next);
  }
  const parent = parents.at(-1);
  const name = names.at(-1);
  if (name === undefined || !isObject(parent) || member(parent, name) !== undefined) return false;
  if (id === undefined) return true;
  const around = parents.findLast((candidate) => isObject(candidate) && idOf(candidate) !== undefined);
  return isObject(around) && idOf(around) === id;
}

/** A copy of a value in which one place is written, or removed where `replacement` is undefined. */
function edited(value: JsonObject, path: readonly string[], replacement: JsonValue | undefined): JsonObject {
  return editedValue(value, path, replacement) as JsonObject;
}

function editedValue(
  value: JsonValue,
  path: readonly string[],
  replacement: JsonValue | undefined,
): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return replacement === undefined ? value : replacement;
  if (Array.isArray(value)) {
    const index = Number(step);
    const inner = value[index];
    if (inner === undefined) return value;
    return value.with(index, editedValue(inner, rest, replacement));
  }
  if (!isObject(value)) return value;
  const copy: JsonObject = { ...value };
  if (rest.length > 0) {
    const inner = member(value, step);
    if (inner !== undefined) setMember(copy, step, editedValue(inner, rest, replacement));
  } else if (replacement === undefined) delete copy[step];
  else setMember(copy, step, replacement);
  return copy;
}
