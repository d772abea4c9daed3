import {
  equal,
  isObject,
  member,
  pointer,
  setMember,
  textOf,
  type JsonObject,
  type JsonValue,
} from '../json/index.ts';
import { APPROXIMATE, isApproximate } from './approximate.ts';
import { chooseEvent, contextActivities, type Choice } from './choose.ts';
import { completeEntities } from './complete.ts';
import type { Engine } from './engine.ts';
import { contentUuid, isUuid } from './identifiers.ts';
import { CROSSWALK, IRI } from './iris.ts';
import { isInRange, isMemberInRange, raiseObject } from './ranges.ts';
import type { CaliperPath } from './rows/caliper-path.ts';
import type { StructureRow } from './rows/structure.ts';
import { beginState, explain, note, untaken, type Start, type State } from './state.ts';
import { caliperTime } from './time.ts';
import { echoOf } from './to-statement.ts';
import { addExtensions, caliperKey, renameKeys } from './transforms/keys.ts';

/** Runs the tables over a statement. It is not changed; the event shares values with it. */
export function toEvent(engine: Engine, statement: JsonObject, start: Start): State {
  const choice = chooseEvent(statement, start, engine);
  const state = read(engine, statement, start, choice);
  if (start.origin === 'caliper') return state;
  const lowered = engine.defaults.event;
  if (
    choice.type === lowered ||
    (isInRange(engine, state.event, 'object') && isInRange(engine, state.event, 'actor'))
  ) {
    return state;
  }
  const { attemptIn: _attemptIn, ...kept } = choice;
  const general = read(engine, statement, start, { ...kept, type: lowered });
  const message = `${choice.type} does not allow this actor or object, so the event is a plain ${lowered}`;
  note(general, { code: 'range', path: '', message, term: choice.type });
  return general;
}

function read(engine: Engine, statement: JsonObject, start: Start, choice: Choice): State {
  const id = textOf(statement, 'id');
  const uuid = isUuid(id) ? id.toLowerCase() : contentUuid('statement', withoutLrsMembers(statement));
  const event: JsonObject = { type: choice.type, action: choice.action };
  const state = beginState('x2c', { event, statement }, uuid, start);
  for (const pointer of TAKEN_FIRST) state.taken.add(pointer);
  if (!isUuid(id)) state.event['id'] = `urn:uuid:${state.uuid}`;
  noteChoice(choice, state);
  if (choice.attemptIn) state.event['extensions'] = { [IRI.object]: choice.attemptIn };
  for (const row of engine.rowsFor(choice.type).read) readRow(engine, row, state);
  fillTime(state);
  if (state.origin === 'caliper') dropEchoes(engine, engine.rowsFor(choice.type).echoes, state);
  keepForeignParts(state);
  if (state.returning) return state;
  keepVerb(engine, state);
  if (state.origin !== 'xapi') return state;
  completeEntities(engine, state);
  chooseProfile(engine, state);
  return state;
}

/** Hints, and what the engine itself reads, are no foreign parts. */
const TAKEN_FIRST = [IRI.residual, IRI.action, IRI.object, IRI.envelope].map((key) =>
  pointer('/context/extensions', key),
);

function withoutLrsMembers(statement: JsonObject): JsonObject {
  const { stored: _stored, authority: _authority, version: _version, ...sent } = statement;
  return sent;
}

function noteChoice(choice: Choice, state: State): void {
  const verb = member(state.statement, 'verb');
  const id = isObject(verb) ? textOf(verb, 'id') : '';
  explain(state, choice.row, '/verb/id', '/type');
  const pair = `${choice.type}/${choice.action}`;
  if (choice.fallback) {
    const message = `the verb ${id} is in no table; ${pair} stands in and the verb stays with the event`;
    note(state, { code: 'fallback', path: '/verb/id', message, term: id });
  } else if (choice.relation === 'noTerm') {
    const message = `Caliper has no action for ${id}; ${pair} stands in and the verb stays with the event`;
    note(state, { code: 'no-term', path: '/verb/id', message, term: id });
  } else if (isApproximate(choice.relation) && !state.returning && state.origin === 'xapi') {
    const message = `${pair} is ${APPROXIMATE[choice.relation]} than the verb ${id}`;
    note(state, { code: 'approximate', path: '/verb/id', message, term: id });
  }
}

/**
 * Reads one row back. Its condition speaks of the event, so the value is put in its place first and taken away again
 * where the condition does not hold then.
 */
function readRow(engine: Engine, row: StructureRow, state: State): void {
  const path = row.caliper;
  if (!path || path.read(state.event) !== undefined) return;
  if (!row.place) {
    readValue(engine, row, path, null, '', state);
    return;
  }
  row.place.find(state, (value, pointer) => {
    const read = readValue(engine, row, path, value, pointer, state);
    if (read) state.taken.add(pointer);
    return read;
  });
}

function readValue(
  engine: Engine,
  row: StructureRow,
  path: CaliperPath,
  value: JsonValue,
  pointer: string,
  state: State,
): boolean {
  const entity = row.transform.put(value, state);
  if (entity === undefined || !path.write(state.event, entity)) return false;
  const slot = path.steps.length === 1 ? (path.steps[0] as string) : '';
  const isForeign = state.origin === 'xapi';
  if (isForeign && slot === 'object') raiseObject(engine, state, activityTypeOf(value));
  const allowed = !isForeign || slot === 'object' || slot === 'actor' || slot === '';
  const fits = state.origin === 'caliper' || isMemberInRange(engine, state, path.steps);
  if (fits && row.when(state) && (allowed || isInRange(engine, state.event, slot))) {
    explain(state, row.name, pointer, path.pointer);
    return true;
  }
  path.remove(state.event);
  return false;
}

function activityTypeOf(value: JsonValue): string | undefined {
  const definition = isObject(value) ? member(value, 'definition') : undefined;
  const type = isObject(definition) ? member(definition, 'type') : undefined;
  return typeof type === 'string' ? type : undefined;
}

/** A time that the sender did not give is that of storage or receipt; it does not return as a timestamp. */
function fillTime(state: State): void {
  if (state.event['eventTime'] !== undefined) return;
  const stored = member(state.statement, 'stored');
  const time = caliperTime(typeof stored === 'string' ? stored : (state.options.receivedAt ?? ''));
  if (time === undefined) return;
  state.event['eventTime'] = time;
  explain(state, 'X:stored', '/stored', '/eventTime');
}

/** An echo says nothing while it is what would be derived again; if it differs, someone else wrote it. */
function dropEchoes(engine: Engine, echoes: readonly StructureRow[], state: State): void {
  for (const row of echoes) {
    if (!row.place) continue;
    const derived = echoOf(row, state);
    if (derived === undefined) continue;
    row.place.find(state, (value, at) => {
      if (equal(value, derived)) state.taken.add(at);
      return false;
    });
    if (row.place.text.startsWith(DEFINITION) && equal(row.place.present(state), derived)) {
      engine.entities.forget(state.event['object'], row.place.text.slice(DEFINITION.length));
    }
  }
}

const DEFINITION = 'object.definition.';

/** Members of a statement that the rows read, or that the engine does. */
const READ_MEMBERS = new Set(['id', 'actor', 'verb', 'object', 'timestamp', 'result', 'context']);
const LRS_MEMBERS = new Set(['stored', 'authority', 'version']);

/** Keeps what the statement says and Caliper has no place for, and its context extensions under their own keys. */
function keepForeignParts(state: State): void {
  const { statement } = state;
  const extensions: JsonObject = {};
  const context = untaken(state, member(statement, 'context'), '/context');
  if (isObject(context)) {
    const { extensions: own, ...others } = context;
    const isMap = isObject(own) && Object.keys(own).length > 0;
    if (isMap) {
      addExtensions(state.event, 'extensions', renameKeys(own, caliperKey));
      explain(state, 'F:extensions', '/context/extensions', '/extensions');
    }
    const foreign = isMap ? others : context;
    if (!isMap || Object.keys(foreign).length > 0) extensions[IRI.context] = foreign;
  } else if (context !== undefined) extensions[IRI.context] = context;
  const result = untaken(state, member(statement, 'result'), '/result');
  if (result !== undefined) extensions[IRI.result] = result;
  const rest: JsonObject = {};
  for (const [name, value] of Object.entries(statement)) {
    const kept = !READ_MEMBERS.has(name) && !(state.origin === 'caliper' && LRS_MEMBERS.has(name));
    if (kept && value !== undefined) setMember(rest, name, value);
  }
  if (Object.keys(rest).length > 0) extensions[IRI.statement] = rest;
  for (const key of [IRI.context, IRI.result, IRI.statement]) {
    if (extensions[key] !== undefined)
      explain(state, 'X:foreign', '', `/extensions/${key.slice(CROSSWALK.length)}`);
  }
  addExtensions(state.event, 'extensions', extensions);
}

/** The verb stays visible where the event's own would be another. */
function keepVerb(engine: Engine, state: State): void {
  const verb = member(state.statement, 'verb');
  const id = isObject(verb) ? member(verb, 'id') : undefined;
  if (typeof id !== 'string' || engine.vocabulary.verbFor(state.event).verb === id) return;
  addExtensions(state.event, 'extensions', { [IRI.verb]: id });
}

function chooseProfile(engine: Engine, state: State): void {
  const { event } = state;
  const object = member(event, 'object');
  const type = isObject(object) ? member(object, 'type') : undefined;
  const categories = contextActivities(state.statement, 'category').map((activity) => textOf(activity, 'id'));
  const profile =
    engine.ontology.defaultProfile(textOf(event, 'type'), typeof type === 'string' ? type : undefined) ??
    categories.map((id) => engine.vocabulary.profileOf(id)).find((found) => found !== undefined);
  if (profile !== undefined) event['profile'] = profile;
}
