import { isObject, member, pointer, setMember, type JsonObject, type JsonValue } from '../../json/index.ts';

/** A dotted path into a Caliper event: `object.isPartOf`, `extensions[https://…]`. */
export interface CaliperPath {
  readonly text: string;
  readonly steps: readonly string[];
  /** The same path as a JSON Pointer. */
  readonly pointer: string;
  /** The value there; `length` of a list reads as its length. Undefined where nothing is. */
  read(event: JsonObject): JsonValue | undefined;
  /** Writes a value; false where the object around it is missing or is no object. Nothing is overwritten. */
  write(event: JsonObject, value: JsonValue): boolean;
  /** Takes what {@link write} wrote away again. */
  remove(event: JsonObject): void;
}

const SEGMENT = /([A-Za-z@*][\w-]*)((?:\[[^[\]]*\])*)(?:\.|$)/y;

/** Splits a path into steps: a name, and each bracket after it, are a step each. Undefined where it is no path. */
export function splitPath(text: string): string[] | undefined {
  const found: string[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < text.length) {
    const match = SEGMENT.exec(text);
    if (!match) return undefined;
    found.push(match[1] as string);
    for (const bracket of (match[2] as string).matchAll(/\[([^[\]]*)\]/g)) found.push(`[${bracket[1]}]`);
  }
  return found.length > 0 && !text.endsWith('.') ? found : undefined;
}

/** Compiles a path of the `caliper_path` column, or undefined where the text is none. */
export function caliperPath(text: string): CaliperPath | undefined {
  const split = splitPath(text);
  if (!split) return undefined;
  const steps = split.map((step) => (step.startsWith('[') ? step.slice(1, -1) : step));
  const [last, parents] = [steps.at(-1) as string, steps.slice(0, -1)];
  const parentOf = (event: JsonObject) => {
    let value: JsonValue | undefined = event;
    for (const step of parents) value = stepInto(value, step);
    return value;
  };
  return {
    text,
    steps,
    pointer: pointer('', ...steps),
    read: parents.length === 0 ? (event) => member(event, last) : (event) => stepInto(parentOf(event), last),
    write(event, value) {
      const parent = parentOf(event);
      if (!isObject(parent) || member(parent, last) !== undefined) return false;
      setMember(ownParent(event, parents), last, value);
      return true;
    },
    remove(event) {
      const parent = parentOf(event);
      if (isObject(parent)) delete parent[last];
    },
  };
}

/** The object at a path, each one on the way made the event's own: values may be shared with the other record. */
function ownParent(event: JsonObject, path: readonly string[]): JsonObject {
  let object = event;
  for (const step of path) {
    const own: JsonObject = { ...(member(object, step) as JsonObject) };
    setMember(object, step, own);
    object = own;
  }
  return object;
}

function stepInto(value: JsonValue | undefined, step: string): JsonValue | undefined {
  if (isObject(value)) return member(value, step);
  return Array.isArray(value) && step === 'length' ? value.length : undefined;
}
