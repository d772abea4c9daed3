import {
  contextFor,
  detectVersion,
  fromCurrent,
  inCaliperTerms,
  toCurrent,
  withDescribed,
} from '../caliper/index.ts';
import { isObject, member, type JsonObject, type JsonValue } from '../json/index.ts';
import { caliperVersion, type CaliperVersion } from '../ontology/index.ts';
import { instantOf } from '../xapi/index.ts';
import { converted, isName, refusal, residualIn, restored, withoutResidual } from './conversion.ts';
import type { Conversion, ConversionOptions, Diagnostic } from './crosswalk.types.ts';
import type { Engine } from './engine.ts';
import { IDENTIFIERS } from './identity.ts';
import { IRI } from './iris.ts';
import { differenceOf } from './residual/diff.ts';
import { writeResidual, type Residual } from './residual/residual.ts';
import { explain, note, type State } from './state.ts';
import { toEvent } from './to-event.ts';
import { toStatement } from './to-statement.ts';
import { addExtensions } from './transforms/keys.ts';

const DEFAULT_TARGET = '1.0';

/** A Caliper event as a statement; an event that was once a statement as that statement. */
export function eventToStatement(engine: Engine, event: JsonObject, options: ConversionOptions): Conversion {
  const residual = residualIn(member(event, 'extensions'));
  if (residual?.of === 'xapi') return statementAgain(engine, withoutResidual(event), residual, options);
  const { version } = detectVersion(event);
  const { current, notes } = knownTerms(engine, toCurrent(readable(event, options), version));
  const fault = eventFault(current);
  if (fault) return fault;
  const target = options.target ?? DEFAULT_TARGET;
  const state = toStatement(engine, current, { origin: 'caliper', returning: false, target, options });
  const { statement } = state;
  completeStatement(engine, state);
  explainActor(engine, state);
  if (statement['actor'] === undefined || statement['object'] === undefined) {
    const slot = statement['actor'] === undefined ? 'actor' : 'object';
    return refusal('not-an-event', `/${slot}`, `the ${slot} has no id that a statement could carry`);
  }
  const back = eventBack(engine, statement, version, options);
  const origin = { of: 'caliper', version } as const;
  const residue = writeResidual(origin, engine.map, differenceOf(back.event, event));
  const context = member(statement, 'context');
  statement['context'] = isObject(context) ? context : {};
  addExtensions(statement['context'], 'extensions', { [IRI.residual]: residue });
  return converted(state, statement, notes);
}

/** The event in Caliper's terms, with what its envelope describes of the entities that it only names. */
function readable(event: JsonObject, { described = [] }: ConversionOptions): JsonObject {
  return withDescribed(inCaliperTerms(event, { vendorIris: true }).record, described);
}

/** Says which row of `identity.tsv` identified the actor, and by which of its identifiers. */
function explainActor({ agents }: Engine, state: State): void {
  const { event, statement } = state;
  const row = state.options.trace ? agents.rowOf(event['actor'] ?? null) : undefined;
  const actor = statement['actor'];
  const ifi = isObject(actor) ? IDENTIFIERS.find((name) => actor[name] !== undefined) : undefined;
  if (row !== undefined && ifi !== undefined) explain(state, row, '/actor', `/actor/${ifi}`);
}

/** Where a malformed part left a row without effect, the event's own actor and object still make a statement. */
function completeStatement({ agents, entities }: Engine, state: State): void {
  const { event, statement } = state;
  const parts = {
    actor: statement['actor'] ?? agents.agentOf(event['actor'] ?? null),
    object: statement['object'] ?? entities.activityOf(event['object'] ?? null, state),
  };
  for (const [slot, value] of Object.entries(parts)) {
    if (value === undefined || statement[slot] !== undefined) continue;
    statement[slot] = value;
    const message = `no row could read what should give the statement's ${slot}; the event's own ${slot} serves`;
    note(state, { code: 'nonconformant', path: `/${slot}`, message });
  }
}

/** A statement that came from an event as that event. */
export function eventAgain(
  engine: Engine,
  statement: JsonObject,
  residual: Residual,
  options: ConversionOptions,
): Conversion {
  const version = caliperVersion(residual.version) ?? '1.2';
  const { state, event } = eventBack(engine, statement, version, options);
  return restored(engine, state, event, residual);
}

/** What a statement gives back by the tables alone, as the version that the original was written in says it. */
function eventBack(
  engine: Engine,
  statement: JsonObject,
  version: CaliperVersion,
  options: ConversionOptions,
): { readonly state: State; readonly event: JsonObject } {
  const state = toEvent(engine, statement, { origin: 'caliper', returning: true, target: version, options });
  const event = { '@context': contextFor(version, state.event), ...state.event };
  return { state, event: fromCurrent(event, version) };
}

function statementAgain(
  engine: Engine,
  event: JsonObject,
  residual: Residual,
  options: ConversionOptions,
): Conversion {
  const target = residual.version;
  const state = toStatement(engine, event, { origin: 'xapi', returning: true, target, options });
  return restored(engine, state, state.statement, residual);
}

/** Spells the action as Caliper does, and reads an event type that nobody knows as the general one. */
function knownTerms(engine: Engine, event: JsonObject): { current: JsonObject; notes: Diagnostic[] } {
  const { type, action } = event;
  const spelled = typeof action === 'string' ? engine.vocabulary.spelling('action', action) : action;
  const current = spelled === undefined || spelled === action ? event : { ...event, action: spelled };
  if (typeof type !== 'string' || engine.ontology.isEventType(type)) return { current, notes: [] };
  const message = `the event type ${type} is unknown; it is read as ${engine.defaults.event}`;
  return {
    current: { ...current, type: engine.defaults.event },
    notes: [{ code: 'fallback', path: '/type', message, term: type }],
  };
}

const isThing = (value: JsonValue | undefined) => isObject(value) || isName(value);

const REQUIRED = [
  ['type', isName, 'the term of an event type'],
  ['actor', isThing, 'an entity or its IRI'],
  ['action', isName, 'an action term'],
  ['object', isThing, 'an entity or its IRI'],
] as const;

/** What makes an event impossible to understand (Caliper 1.2, Event: required properties). */
function eventFault(event: JsonObject): Conversion | undefined {
  const missing = REQUIRED.find(([name, test]) => !test(member(event, name)));
  if (missing) return refusal('not-an-event', `/${missing[0]}`, `an event has ${missing[0]}: ${missing[2]}`);
  const time = member(event, 'eventTime');
  if (typeof time === 'string' && instantOf(time) !== undefined) return undefined;
  return refusal('missing-time', '/eventTime', 'an event has an eventTime: an ISO 8601 date and time in UTC');
}
