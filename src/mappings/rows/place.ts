import {
  equal,
  isObject,
  member,
  pointer,
  setMember,
  type JsonObject,
  type JsonValue,
} from '../../json/index.ts';
import { isTaken, type State } from '../state.ts';
import { isDuration } from '../time.ts';
import { splitPath } from './caliper-path.ts';

/** Takes what stands at a place, by its pointer; true where that is the one that was looked for. */
export type Visit = (value: JsonValue, pointer: string) => boolean;

/** A place of a statement: `result.score.raw`, `context.ext[…]`, `grouping[Attempt]`. */
export interface Place {
  readonly text: string;
  /**
   * Shows what stands there and has not been carried yet, of a list every member that the place selects, until one is
   * taken. True where one was.
   */
  find(state: State, visit: Visit): boolean;
  /** What stands there, carried or not: what conditions look at. */
  present(state: State): JsonValue | undefined;
  /** Writes a value; the pointer written, or undefined where the place is occupied or cannot hold the value. */
  write(state: State, value: JsonValue): string | undefined;
  /** True where xAPI allows the value there. */
  accepts(value: JsonValue): boolean;
}

/** Tells the Caliper class of an activity; undefined where it has no definition. */
export type ClassOfActivity = (activity: JsonObject) => string | undefined;
type IsSubclass = (term: string, ancestor: string) => boolean;

const LISTS = new Set(['parent', 'grouping', 'category', 'other']);

const isText = (value: JsonValue) => typeof value === 'string';
const isNumber = (value: JsonValue) => typeof value === 'number' && Number.isFinite(value);
const isBoolean = (value: JsonValue) => typeof value === 'boolean';

/** Members of `result` and `context` whose type xAPI fixes (Data 4.2.5 and 4.2.6; 1.0.3: 2.4.5 and 2.4.6). */
const MEMBER_TYPES = new Map<string, (value: JsonValue) => boolean>([
  ['result.response', isText],
  ['result.duration', (value) => typeof value === 'string' && isDuration(value)],
  ['result.completion', isBoolean],
  ['result.success', isBoolean],
  ['result.score.raw', isNumber],
  ['result.score.min', isNumber],
  ['result.score.max', isNumber],
  ['result.score.scaled', isNumber],
  ['context.revision', isText],
  ['context.platform', isText],
  ['context.registration', isText],
]);

/** Compiles a cell of the `xapi_path` column, or gives undefined where it is no place. */
export function compilePlace(
  text: string,
  classOf: ClassOfActivity,
  isSubclass: IsSubclass,
): Place | undefined {
  const steps = splitPath(text)?.map((step) => (step === 'ext' ? 'extensions' : step));
  const [first, second, third] = steps ?? [];
  if (!steps || first === undefined) return undefined;
  const selector = (bracket: string | undefined) => bracket?.slice(1, -1);
  if (LISTS.has(first)) {
    return listPlace(
      text,
      ['context', 'contextActivities', first],
      selects(selector(second), classOf, isSubclass),
    );
  }
  if (first === 'context' && third === '[1]' && steps.length === 3) {
    return listPlace(text, ['context', second as string], () => true);
  }
  const path = steps.map((step) => (step.startsWith('[') ? step.slice(1, -1) : step));
  return memberPlace(text, first === 'statement' ? path.slice(1) : path);
}

function selects(
  selector: string | undefined,
  classOf: ClassOfActivity,
  isSubclass: IsSubclass,
): (member: JsonObject) => boolean {
  if (selector === undefined || /^\d+$/.test(selector)) return () => true;
  if (selector === 'no definition') return (activity) => activity['definition'] === undefined;
  return (activity) => {
    const found = classOf(activity);
    return found !== undefined && isSubclass(found, selector);
  };
}

function memberPlace(text: string, path: readonly string[]): Place {
  const accepts = MEMBER_TYPES.get(path.join('.')) ?? (() => true);
  const at = pointer('', ...path);
  const [last, parents] = [path.at(-1) as string, path.slice(0, -1)];
  return {
    text,
    accepts,
    present: ({ statement }) => follow(statement, path),
    find(state, visit) {
      const value = follow(state.statement, path);
      return value !== undefined && !isTaken(state, at) && visit(value, at);
    },
    write(state, value) {
      const parent = reach(state.statement, parents);
      if (!parent || member(parent, last) !== undefined || !accepts(value)) return undefined;
      setMember(parent, last, value);
      return at;
    },
  };
}

function listPlace(text: string, path: readonly string[], selected: (member: JsonObject) => boolean): Place {
  const last = path.at(-1) as string;
  const at = pointer('', ...path);
  const membersOf = (list: JsonValue | undefined): readonly JsonValue[] =>
    Array.isArray(list) ? list : isObject(list) ? [list] : [];
  return {
    text,
    accepts: isObject,
    present: ({ statement }) =>
      membersOf(follow(statement, path)).find((item) => isObject(item) && selected(item)),
    find(state, visit) {
      const list = follow(state.statement, path);
      return membersOf(list).some((value, index) => {
        const place = Array.isArray(list) ? pointer(at, index) : at;
        return isObject(value) && selected(value) && !isTaken(state, place) && visit(value, place);
      });
    },
    write(state, value) {
      const parent = reach(state.statement, path.slice(0, -1));
      if (!parent || !isObject(value)) return undefined;
      const present = member(parent, last);
      const list: JsonValue[] = Array.isArray(present) ? present : [];
      if (list !== present) setMember(parent, last, list);
      const known = list.findIndex((item) => equal(item, value));
      return pointer(at, known >= 0 ? known : list.push(value) - 1);
    },
  };
}

function follow(root: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (isObject(value)) value = member(value, step);
    else if (Array.isArray(value) && step === 'length') value = value.length;
    else return undefined;
  }
  return value;
}

/** The object at a path, with what is missing on the way made; undefined where something else stands in the way. */
function reach(root: JsonObject, path: readonly string[]): JsonObject | undefined {
  let object = root;
  for (const step of path) {
    const inner = member(object, step);
    if (inner !== undefined && !isObject(inner)) return undefined;
    const next: JsonObject = inner ?? {};
    if (inner === undefined) setMember(object, step, next);
    object = next;
  }
  return object;
}
