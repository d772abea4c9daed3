import { isObject, isString, member, type JsonObject, type JsonValue } from '../../json/index.ts';
import { ontology, type CaliperVersion } from '../../ontology/index.ts';
import { CompiledClasses, type CompiledClass } from './compiled-class.ts';

/** The compiled classes of one version: those of entities on their own, and those of each event type and action. */
class CompiledVersion {
  readonly #version: CaliperVersion;
  readonly #independent = new Map<string, CompiledClass>();
  readonly #events = new Map<string, Map<string, CompiledClasses>>();
  readonly entities: CompiledClasses;

  constructor(version: CaliperVersion) {
    this.#version = version;
    this.entities = new CompiledClasses(version, this.#independent);
  }

  /** Undefined for an action that the event type does not allow. */
  events(eventType: string, action: string): CompiledClasses | undefined {
    const ofType = this.#events.get(eventType) ?? new Map<string, CompiledClasses>();
    this.#events.set(eventType, ofType);
    const known = ofType.get(action);
    if (known) return known;
    const allowed = actionsOf(eventType, this.#version);
    if (!allowed.includes(action)) return undefined;
    const compiled = new CompiledClasses(this.#version, this.#independent, { action, actions: allowed });
    ofType.set(action, compiled);
    return compiled;
  }
}

/** Actions that an event type allows; those of every event where it names none. */
export function actionsOf(eventType: string, version: CaliperVersion): readonly string[] {
  const allowed = ontology.actions(eventType, version);
  return allowed.length > 0 ? allowed : ontology.actions('Event', version);
}

/** 1.0 writes keywords, IRIs and empty members: its records are checked the plain way. */
const VERSIONS = { '1.1': new CompiledVersion('1.1'), '1.2': new CompiledVersion('1.2') } as const;

/** The version that the record's published context names; undefined where it takes the plain check to tell. */
function versionOf(record: JsonObject, type: string): '1.1' | '1.2' | undefined {
  const context = member(record, '@context');
  if (!isString(context) || !ontology.isPublishedContext(context)) return undefined;
  const version = ontology.versionOfContext(context);
  if (version === '1.0' || version === undefined) return undefined;
  // what an extension of 1.1 brought is defined by its context, and not by the one that all records have
  const isBrought = version === '1.1' && ontology.extensionContexts(type).length > 0;
  return isBrought && context === ontology.context('1.1') ? undefined : version;
}

/**
 * True where an event or a described entity of Caliper 1.1 or 1.2 keeps every rule, so that the plain check would find
 * nothing. False says nothing: the plain check tells what is wrong, if anything is. It is the short way for records as
 * most senders write them: one published context, terms of the model, and no contexts of their own.
 */
export function keepsRules(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const type = member(value, 'type');
  if (!isString(type) || ontology.kind(type) !== 'class') return false;
  const version = versionOf(value, type);
  if (version === undefined) return false;
  const term = ontology.preferred(type);
  const compiled = VERSIONS[version];
  if (!ontology.isEventType(term)) {
    return ontology.isEntityType(term) && compiled.entities.keeps(value, term);
  }
  const action = member(value, 'action');
  if (!isString(action)) return false;
  return compiled.events(term, ontology.preferred(action))?.keeps(value, term) ?? false;
}
