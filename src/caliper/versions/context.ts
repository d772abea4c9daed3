import { isObject, isString, member, type JsonObject, type JsonValue } from '../../json/index.ts';
import { ontology, type CaliperVersion } from '../../ontology/index.ts';
import { typeOf } from '../node.ts';

/** Vendors' data is not read for terms of Caliper. */
function* nodes(value: JsonValue | undefined): Generator<JsonObject> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodes(item);
  } else if (isObject(value)) {
    yield value;
    for (const [name, inner] of Object.entries(value)) if (name !== 'extensions') yield* nodes(inner);
  }
}

function extensionsOf(node: JsonObject): readonly string[] {
  const terms = [typeOf(node), member(node, 'action')].filter(isString);
  return terms.flatMap((term) => ontology.extensionContexts(term).slice(0, 1)).slice(0, 1);
}

/**
 * The `@context` to write for an event or entity in a version. In 1.1 that is the context of the profile extension
 * that brought its type or action (each includes the base context), else those that the entities in it need: a
 * ToolUseEvent needs one only where it has measures. A list where several are needed.
 */
export function contextFor(version: CaliperVersion, record: JsonObject): string | string[] {
  if (version !== '1.1') return ontology.context(version);
  const own = extensionsOf(record);
  const needed = own.length > 0 ? [...own] : [...new Set([...nodes(record)].flatMap(extensionsOf))];
  if (needed.length > 1) return needed;
  return needed[0] ?? ontology.context(version);
}
