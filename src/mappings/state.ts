import { pointer, setMember, type JsonObject, type JsonValue } from '../json/index.ts';
import type { ConversionOptions, Diagnostic, Trace } from './crosswalk.types.ts';

/** Which way a conversion runs: `c2x` writes a statement from an event, `x2c` an event from a statement. */
export type Direction = 'c2x' | 'x2c';

/**
 * One conversion under way: the pair of records, one of them complete and the other being written.
 *
 * Conditions and transforms see both sides, so that a row reads the same in either direction.
 */
export interface State {
  readonly direction: Direction;
  /** The event: the source of a `c2x` conversion, the result of an `x2c` one. */
  readonly event: JsonObject;
  /** The statement: the result of a `c2x` conversion, the source of an `x2c` one. */
  readonly statement: JsonObject;
  /** The language in which the record was first written. */
  readonly origin: 'caliper' | 'xapi';
  /** True where the record goes back to its origin: no hints, echoes, defaults or derived identifiers are written. */
  readonly returning: boolean;
  /** Version of the language that is written. */
  readonly target: string;
  /** UUID of the statement, in lower case. */
  readonly uuid: string;
  readonly options: ConversionOptions;
  /** Pointers into the statement of what rows have carried (`x2c`). */
  readonly taken: Set<string>;
  readonly diagnostics: Diagnostic[];
  readonly trace: Trace[];
}

/** How a conversion starts: what the caller decides. */
export type Start = Pick<State, 'origin' | 'returning' | 'target' | 'options'>;

/** A conversion at its beginning. */
export function beginState(
  direction: Direction,
  pair: { readonly event: JsonObject; readonly statement: JsonObject },
  uuid: string,
  start: Start,
): State {
  return {
    direction,
    event: pair.event,
    statement: pair.statement,
    origin: start.origin,
    returning: start.returning,
    target: start.target,
    uuid,
    options: start.options,
    taken: new Set(),
    diagnostics: [],
    trace: [],
  };
}

/** Notes something about the conversion; the same note is made once. */
export function note(state: State, diagnostic: Diagnostic): void {
  const known = state.diagnostics.some(
    ({ code, path, message }) =>
      code === diagnostic.code && path === diagnostic.path && message === diagnostic.message,
  );
  if (!known) state.diagnostics.push(diagnostic);
}

/** Records which row wrote what, where a trace was asked for. */
export function explain(state: State, row: string, from: string, to: string): void {
  if (state.options.trace) state.trace.push({ row, from, to });
}

/** True where the pointer, or a place around it, has been carried. */
export function isTaken(state: State, path: string): boolean {
  if (state.taken.size === 0) return false;
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (state.taken.has(path.slice(0, end))) return true;
  }
  return false;
}

/** What is left of a value when everything that rows have carried is taken out; undefined where nothing is. */
export function untaken(state: State, value: JsonValue | undefined, path: string): JsonValue | undefined {
  if (value === undefined || state.taken.has(path)) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (!isTakenInside(state, `${path}/`)) return value;
  if (Array.isArray(value)) {
    const rest = value
      .map((item: JsonValue, i) => untaken(state, item, `${path}/${i}`))
      .filter((item) => item !== undefined);
    return rest.length > 0 ? rest : undefined;
  }
  const rest: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const kept = untaken(state, inner, pointer(path, name));
    if (kept !== undefined) setMember(rest, name, kept);
  }
  return Object.keys(rest).length > 0 ? rest : undefined;
}

function isTakenInside({ taken }: State, prefix: string): boolean {
  for (const carried of taken) if (carried.startsWith(prefix)) return true;
  return false;
}
