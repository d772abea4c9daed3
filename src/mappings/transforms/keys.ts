import { isObject, setMember, type JsonObject } from '../../json/index.ts';
import { decodeUnit, encodeUnit } from '../identifiers.ts';
import { CALIPER, CROSSWALK, isIri, PREFIX } from '../iris.ts';

/**
 * The extension key of a statement for a key of a Caliper `extensions` map: xAPI wants IRIs (Data 4.1.7), so an IRI
 * keeps its name, and any other key, or one in the gateway's or Caliper's own space, is written below the gateway's.
 */
export function xapiKey(key: string): string {
  const own = key.startsWith(CROSSWALK) || key.startsWith(CALIPER);
  return isIri(key) && !own ? key : PREFIX.key + encodeUnit(key);
}

/** The inverse of {@link xapiKey}. */
export function caliperKey(key: string): string {
  return key.startsWith(PREFIX.key) ? decodeUnit(key.slice(PREFIX.key.length)) : key;
}

/** Copies a map with every key renamed, leaving out the keys that `skip` names. */
export function renameKeys(
  map: JsonObject,
  rename: (key: string) => string,
  skip: (key: string) => boolean = () => false,
): JsonObject {
  const renamed: JsonObject = {};
  for (const [key, value] of Object.entries(map)) {
    if (value !== undefined && !skip(key)) setMember(renamed, rename(key), value);
  }
  return renamed;
}

/** Adds the members of one map to another object's member of that name, where there are any. */
export function addExtensions(target: JsonObject, name: string, extensions: JsonObject): void {
  if (Object.keys(extensions).length === 0) return;
  const present = target[name];
  setMember(target, name, isObject(present) ? { ...present, ...extensions } : extensions);
}
