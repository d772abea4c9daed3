import { isObject, member, setMember, textOf, type JsonObject, type JsonValue } from '../json/index.ts';
import { APPROXIMATE, isApproximate } from './approximate.ts';
import { chooseEvent } from './choose.ts';
import type { Engine } from './engine.ts';
import { contentUuid, statementIdOf } from './identifiers.ts';
import { IRI } from './iris.ts';
import type { EventRows, StructureRow } from './rows/structure.ts';
import { beginState, explain, note, type Start, type State } from './state.ts';
import { addExtensions, renameKeys, xapiKey } from './transforms/keys.ts';
import { hint } from './vocabulary.ts';
import type { VerbMatch } from './vocabulary.types.ts';

/** Language tag of the displays that the tables give to verbs. */
const DISPLAY_LANGUAGE = 'en';

/**
 * Runs the tables over an event in current terms. The event is not changed; the statement shares values with it.
 */
export function toStatement(engine: Engine, event: JsonObject, start: Start): State {
  const extensions = member(event, 'extensions');
  const verb = hint(extensions, 'verb');
  if (verb !== undefined) {
    const hinted = written(engine, event, start, { verb, display: engine.vocabulary.displayOf(verb) });
    const choice = chooseEvent(hinted.statement, start, engine);
    // an event that was lowered keeps its action and not its type
    const same = choice.action === event['action'];
    if (same || vocabularyKnows(engine, event, verb)) return hinted;
  }
  return written(engine, event, start, engine.vocabulary.verbFor(event));
}

/** A verb that the event names itself, with the display that the tables know for it. */
interface HintedVerb {
  readonly verb: string;
  readonly display: string | undefined;
}

function vocabularyKnows(engine: Engine, event: JsonObject, verb: string): boolean {
  return engine.vocabulary.writes({ type: textOf(event, 'type'), action: textOf(event, 'action') }, verb);
}

function written(engine: Engine, event: JsonObject, start: Start, verb: VerbMatch | HintedVerb): State {
  const id = member(event, 'id');
  const uuid = typeof id === 'string' ? statementIdOf(id) : contentUuid('content', event);
  const state = beginState('c2x', { event, statement: { id: uuid } }, uuid, start);
  writeVerb(state, verb);
  const rows = engine.rowsFor(textOf(event, 'type'));
  const claims = claim(rows, state);
  for (const row of rows.written) writeRow(row, claims, state);
  writeForeignParts(state);
  if (!state.returning) writeHints(engine, state);
  return state;
}

function writeVerb(state: State, verb: VerbMatch | HintedVerb): void {
  const { statement, event } = state;
  if (!('row' in verb)) {
    const display = verb.display === undefined ? {} : { display: { [DISPLAY_LANGUAGE]: verb.display } };
    statement['verb'] = { id: verb.verb, ...display };
    explain(state, 'H:verb', '/extensions', '/verb/id');
    return;
  }
  statement['verb'] = { id: verb.verb, display: { [DISPLAY_LANGUAGE]: verb.display } };
  explain(state, verb.row, '/action', '/verb/id');
  const term = `${textOf(event, 'type')}/${textOf(event, 'action')}`;
  if (verb.fallback) {
    note(state, {
      code: 'fallback',
      path: '/action',
      message: `${term} has no row of its own; ${verb.row} serves`,
      term,
    });
  } else if (verb.relation === 'noTerm') {
    note(state, {
      code: 'no-term',
      path: '/action',
      message: `xAPI has no verb for ${term}; ${verb.verb} stands in`,
      term,
    });
  } else if (isApproximate(verb.relation) && !state.returning) {
    const message = `${verb.verb} is ${APPROXIMATE[verb.relation]} than ${term}`;
    note(state, { code: 'approximate', path: '/action', message, term });
  }
}

/** The rows that carry something of the event, with what they make of it. */
type Claims = ReadonlyMap<StructureRow, JsonValue>;

/**
 * Decides which row carries which path. The deepest paths come first, so that a row for a whole knows the parts that
 * others carry; of rows for one path the first whose condition holds and whose transform accepts the value has it.
 */
function claim({ claiming }: EventRows, state: State): Claims {
  const claims = new Map<StructureRow, JsonValue>();
  const carried: (readonly string[])[] = [];
  const taken = new Set<string>();
  for (const row of claiming) {
    if (!row.caliper || taken.has(row.caliper.text)) continue;
    const value = row.caliper.read(state.event);
    if (value === undefined || value === null || !row.when(state)) continue;
    const own = row.transform.whole ? without(value, row.caliper.steps, carried) : value;
    const made = row.transform.get(own, state);
    if (made === undefined || row.place?.accepts(made) === false) continue;
    taken.add(row.caliper.text);
    carried.push(row.caliper.steps);
    claims.set(row, made);
  }
  return claims;
}

function writeRow(row: StructureRow, claims: Claims, state: State): void {
  if (row.echo) return writeEcho(row, state);
  const made = claims.get(row);
  const at = made === undefined ? undefined : row.place?.write(state, made);
  if (at !== undefined) explain(state, row.name, row.caliper?.pointer ?? '', at);
}

function writeEcho(row: StructureRow, state: State): void {
  if (state.returning || !row.place) return;
  const value = echoOf(row, state);
  const at = value === undefined || !row.place.accepts(value) ? undefined : row.place.write(state, value);
  if (at !== undefined) explain(state, row.name, row.caliper?.pointer ?? '', at);
}

/** What an echo row derives from the event, in either direction; undefined where it says nothing. */
export function echoOf(row: StructureRow, state: State): JsonValue | undefined {
  const value = row.caliper ? row.caliper.read(state.event) : null;
  if (value === undefined || (row.caliper && value === null) || !row.when(state)) return undefined;
  return row.transform.get(value, state);
}

/** A value without the parts that other rows carry. */
function without(
  value: JsonValue,
  path: readonly string[],
  carried: readonly (readonly string[])[],
): JsonValue {
  let inside: (readonly string[])[] | undefined;
  for (const steps of carried) {
    if (steps.length > path.length && path.every((step, i) => step === steps[i])) {
      (inside ??= []).push(steps.slice(path.length));
    }
  }
  return inside ? omit(value, inside) : value;
}

function omit(value: JsonValue, paths: readonly (readonly string[])[]): JsonValue {
  if (!isObject(value)) return value;
  const rest: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const below = paths.filter(([step]) => step === name).map((steps) => steps.slice(1));
    if (below.some((steps) => steps.length === 0)) continue;
    setMember(rest, name, below.length === 0 ? inner : omit(inner, below));
  }
  return rest;
}

const FOREIGN_PARTS = { [IRI.context]: 'context', [IRI.result]: 'result', [IRI.statement]: '' } as const;

/** Puts back what a statement had and Caliper has no place for, and the extensions under their own keys. */
function writeForeignParts(state: State): void {
  const extensions = member(state.event, 'extensions');
  if (!isObject(extensions)) return;
  for (const [key, name] of Object.entries(FOREIGN_PARTS)) {
    const part = member(extensions, key);
    if (isObject(part)) lay(part, name === '' ? state.statement : reach(state.statement, name));
  }
  const own = renameKeys(extensions, xapiKey, (key) => GATEWAY_KEYS.has(key));
  if (Object.keys(own).length === 0) return;
  addExtensions(reach(state.statement, 'context'), 'extensions', own);
  explain(state, 'F:extensions', '/extensions', '/context/extensions');
}

const GATEWAY_KEYS = new Set<string>([
  IRI.context,
  IRI.result,
  IRI.statement,
  IRI.verb,
  IRI.object,
  IRI.residual,
]);

function reach(object: JsonObject, name: string): JsonObject {
  const inner = member(object, name);
  if (isObject(inner)) return inner;
  const made: JsonObject = {};
  object[name] = made;
  return made;
}

/** Lays one object under another: what is there stays, lists are continued, what is missing is added. */
function lay(part: JsonObject, under: JsonObject): void {
  for (const [name, value] of Object.entries(part)) {
    const present = member(under, name);
    if (value === undefined) continue;
    if (present === undefined) setMember(under, name, value);
    else if (isObject(present) && isObject(value)) {
      const copy = { ...present };
      lay(value, copy);
      setMember(under, name, copy);
    } else if (Array.isArray(present) && Array.isArray(value)) setMember(under, name, [...present, ...value]);
  }
}

/** Hints are written only where the way back would not find the original term without them. */
function writeHints(engine: Engine, state: State): void {
  const { event, statement, options } = state;
  const hints: JsonObject = {};
  const choice = chooseEvent(statement, state, engine);
  if (choice.type !== event['type'] || choice.action !== event['action']) {
    hints[IRI.action] = member(event, 'action') ?? null;
  }
  if (options.envelope) hints[IRI.envelope] = options.envelope;
  if (Object.keys(hints).length > 0) addExtensions(reach(statement, 'context'), 'extensions', hints);
}
