import {
  isObject,
  isString,
  member,
  pointer,
  type Finding,
  type JsonObject,
  type JsonValue,
} from '../../json/index.ts';
import { ontology, type CaliperVersion } from '../../ontology/index.ts';
import { classOf, typeOf } from '../node.ts';
import { recogniseItem } from '../recognise.ts';
import { detectVersion } from '../versions/detect.ts';
import { asReceived, inCaliperTerms, type Renamed } from '../versions/inline.ts';
import { checkContext, checkExtensionContext } from './contexts.ts';
import { isReadableTime } from './datatypes.ts';
import { actionsOf, keepsRules } from './keeps-rules.ts';
import { checkMembers, isReadableEntity } from './nodes.ts';
import { OwnTerms } from './own-terms.ts';
import { Report, told } from './report.ts';
import type { Scope } from './scope.ts';

/** Where a record stood when it was received. */
export interface ValidationOptions {
  /** `dataVersion` of the envelope that the record came in. It tells the version of a record without a context. */
  readonly dataVersion?: JsonValue | undefined;
}

function scopeOf(record: JsonObject, base: 'Event' | 'Entity', { dataVersion }: ValidationOptions): Scope {
  const { version } = detectVersion(record, dataVersion);
  return {
    version,
    report: new Report(),
    ownTerms: OwnTerms.none.and(member(record, '@context')),
    depth: 0,
    unreadable: unreadable(record, base, version),
  };
}

function actionOf(event: JsonObject): string | undefined {
  const action = member(event, 'action');
  return isString(action) ? ontology.preferred(ontology.termOf(action, 'Action') ?? action) : undefined;
}

/**
 * Checks a Caliper event against the version that it declares (Caliper 1.2, Event and Profiles; 1.1 and 1.0 alike).
 * Gives every rule that it breaks, none where it is valid; those that leave nothing to understand (no type, actor,
 * action, object or time) are fatal. Never throws.
 */
export function validateEvent(event: JsonObject, options: ValidationOptions = {}): Finding[] {
  const scope = scopeOf(event, 'Event', options);
  const term = classOf(event);
  const eventType = term !== undefined && ontology.isEventType(term) ? term : 'Event';
  const actions = actionsOf(eventType, scope.version);
  checkContext(event, scope.version, scope.report);
  checkExtensionContext(event, scope);
  checkKind(event, term, 'Event', scope.report);
  checkMembers(event, '', eventType, { ...scope, action: actionOf(event), actions });
  return scope.report.findings;
}

/** An event must be an Event, and a described entity an Entity; an unknown type may be one of a vendor. */
function checkKind(
  record: JsonObject,
  term: string | undefined,
  base: 'Event' | 'Entity',
  report: Report,
): void {
  if (term === undefined || ontology.isSubclass(term, base)) return;
  const message = `type is ${term}, which cannot stand on its own here; it must be ${base} or a subtype of it`;
  report.add(pointer('', Object.hasOwn(record, 'type') ? 'type' : '@type'), 'caliper-type', message, true);
}

/**
 * Checks an entity that is described on its own (Caliper 1.2, Entity). Gives every rule that it breaks, none where it
 * is valid; without an id or a type there is nothing to understand. Never throws.
 */
export function validateEntity(entity: JsonObject, options: ValidationOptions = {}): Finding[] {
  const scope = scopeOf(entity, 'Entity', options);
  const term = classOf(entity);
  checkContext(entity, scope.version, scope.report);
  checkExtensionContext(entity, scope);
  checkMembers(entity, '', term ?? 'Entity', scope);
  checkKind(entity, term, 'Entity', scope.report);
  return scope.report.findings;
}

/** Checks an event or a described entity, whichever it is. What is neither is one fatal finding. Never throws. */
export function validateRecord(value: JsonValue, options: ValidationOptions = {}): Finding[] {
  return keepsRules(value) ? [] : findingsOf(value, options);
}

/** What {@link validateRecord} gives, found by looking at every rule. */
export function findingsOf(value: JsonValue, options: ValidationOptions = {}): Finding[] {
  const kind = recogniseItem(value);
  if (isObject(value) && kind !== null) {
    const { record, renamed } = inCaliperTerms(value);
    const findings = kind === 'event' ? validateEvent(record, options) : validateEntity(record, options);
    if (renamed.length === 0) return findings;
    const inPlace = findings.map((finding) => ({ ...finding, path: asReceived(finding.path, renamed) }));
    return [...renamed.map(renaming), ...inPlace];
  }
  const message = `found ${told(value)}; it must be an event or a described entity`;
  return [{ path: '', rule: 'caliper-record', message, fatal: true }];
}

/** Who reads records by Caliper's terms alone does not find the member (Caliper 1.2, JSON-LD Context). */
function renaming({ from, term }: Renamed): Finding {
  const message = `an inline context names ${term} otherwise; a record must use the term of Caliper: ${term}`;
  return { path: from, rule: 'caliper-context-renames', message };
}

/**
 * Members that are needed to understand a record, and cannot be read. What an event must have besides its id is what
 * a statement is made of; what an entity must have is what tells which one it is.
 */
function unreadable(
  record: JsonObject,
  base: 'Event' | 'Entity',
  version: CaliperVersion,
): ReadonlySet<string> {
  const required = [...ontology.uses(base, version)].filter(([, uses]) => uses.some((use) => use.required));
  const needed = required.map(([property]) => property).filter((name) => base === 'Entity' || name !== 'id');
  return new Set(needed.filter((property) => !isUnderstood(record, property)));
}

function isUnderstood(record: JsonObject, property: string): boolean {
  const value = member(record, property);
  if (property === 'type') return typeOf(record) !== undefined;
  if (property === 'eventTime') return isReadableTime(value);
  if (property === 'id') return isString(value ?? member(record, '@id'));
  if (property === 'action') return isString(value) && value !== '';
  return isReadableEntity(value);
}
