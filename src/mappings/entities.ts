import { isObject, member, setMember, type JsonObject, type JsonValue } from '../json/index.ts';
import type { Ontology } from '../ontology/index.ts';
import { APPROXIMATE, isApproximate } from './approximate.ts';
import { activityIdOf, contentUuid, entityIdOf } from './identifiers.ts';
import { CALIPER, CROSSWALK, IRI, isIri } from './iris.ts';
import { caliperPath, splitPath, type CaliperPath } from './rows/caliper-path.ts';
import { note, type State } from './state.ts';
import type { StructureRow, TableDefaults } from './tables/index.ts';
import { addExtensions, caliperKey, renameKeys, xapiKey } from './transforms/keys.ts';
import { languageMap, plainText } from './transforms/text.ts';
import type { TermMatch, Vocabulary } from './vocabulary.types.ts';

/** Turns any Caliper entity into an Activity and back: one rule for objects, applications, groups, targets and parents. */
export interface Entities {
  /**
   * Activity (xAPI Data 4.2.3; 1.0.3: 2.4.4.1) of an entity or its bare IRI. Undefined for what is neither.
   */
  activityOf(entity: JsonValue, state: State): JsonObject | undefined;
  /** Entity of an Activity; a bare IRI where it has no definition. Undefined for what is no Activity. */
  entityOf(activity: JsonValue, state: State): JsonValue | undefined;
  /** Caliper class of an Activity; undefined where it has no definition. */
  classOf(activity: JsonObject): string | undefined;
  /** Takes out of an entity what {@link entityOf} read from a member of the definition. */
  forget(entity: JsonValue | undefined, definitionMember: string): void;
}

interface LeafRow {
  readonly caliper: CaliperPath;
  readonly definition: CaliperPath;
  readonly text: boolean;
}

const PLAIN_MEMBERS = new Set(['id', 'type', 'extensions', '@context']);

export function createEntities(
  rows: readonly StructureRow[],
  defaults: TableDefaults,
  vocabulary: Vocabulary,
  ontology: Ontology,
): Entities {
  const leaves = rows.flatMap(leafRow);
  const leafMembers = new Set(leaves.map(({ caliper }) => caliper.steps[0] as string));
  const leafExtensions = new Set(
    leaves.filter(({ caliper }) => caliper.steps[0] === 'extensions').map(({ caliper }) => caliper.steps[1]),
  );
  const carriesOwnKey = (key: string) =>
    leafExtensions.has(key) || key === IRI.activityType || key === IRI.type;
  const isOwnMember = (name: string) => PLAIN_MEMBERS.has(name) || leafMembers.has(name);

  function activityOf(entity: JsonValue, state: State): JsonObject | undefined {
    if (typeof entity === 'string') {
      return entity === '' ? undefined : { objectType: 'Activity', id: activityIdOf(entity, state.uuid) };
    }
    if (!isObject(entity)) return undefined;
    const id = member(entity, 'id') ?? `urn:uuid:${contentUuid('content', entity)}`;
    if (typeof id !== 'string' || id === '') return undefined;
    const definition: JsonObject = {};
    const extensions: JsonObject = {};
    writeType(entity, definition, extensions, state);
    for (const { caliper, definition: place, text } of leaves) {
      const value = caliper.read(entity);
      const written =
        value === undefined || value === null ? undefined : text ? languageMap(value, state) : value;
      if (written !== undefined) place.write(definition, written);
    }
    for (const [name, value] of Object.entries(entity)) {
      if (value === undefined || value === null || isOwnMember(name)) continue;
      // Only Caliper demands a list with nothing in it.
      if (state.origin === 'xapi' && Array.isArray(value) && value.length === 0) continue;
      if (ontology.isProperty(name)) setMember(extensions, CALIPER + name, value);
    }
    const own = member(entity, 'extensions');
    if (isObject(own)) {
      addExtensions(definition, 'extensions', renameKeys(own, xapiKey, carriesOwnKey));
    }
    addExtensions(definition, 'extensions', extensions);
    return { objectType: 'Activity', id: activityIdOf(id, state.uuid), definition };
  }

  function writeType(entity: JsonObject, definition: JsonObject, extensions: JsonObject, state: State): void {
    const type = member(entity, 'type');
    if (typeof type !== 'string') return;
    const match = activityTypeOf(type);
    const own = member(entity, 'extensions');
    const hinted = isObject(own) ? member(own, IRI.activityType) : undefined;
    if (typeof hinted === 'string' && isConsistent(hinted, type, state)) {
      definition['type'] = hinted;
      return;
    }
    definition['type'] = match.term;
    if (match.fallback) {
      const message = `the entity type ${type} has no activity type of its own; ${match.term} serves`;
      note(state, { code: 'fallback', path: '', message, term: type });
    } else if (isApproximate(match.relation) && !state.returning) {
      const message = `the activity type ${match.term} is ${APPROXIMATE[match.relation]} than ${type}`;
      note(state, { code: 'approximate', path: '', message, term: type });
    }
    if (!state.returning && vocabulary.classOf(match.term).term !== type)
      setMember(extensions, IRI.type, type);
  }

  function activityTypeOf(type: string): TermMatch {
    if (ontology.isEntityType(vocabulary.spelling('entity', type))) return vocabulary.activityType(type);
    const term = isIri(type) ? type : CALIPER + encodeURIComponent(type.toWellFormed());
    return { term, relation: 'noTerm', row: 'F-E:type', fallback: true };
  }

  /**
   * A hinted activity type is honoured while it goes with the entity's type: it means that class or a broader one, or
   * the class was raised to the one that the event's range asks for.
   */
  function isConsistent(activityType: string, type: string, { event }: State): boolean {
    const match = vocabulary.classOf(activityType);
    if (match.fallback || match.term === type || ontology.isSubclass(type, match.term)) return true;
    return typeof event['type'] === 'string' && ontology.range(event['type'], 'object').includes(type);
  }

  function entityOf(activity: JsonValue, state: State): JsonValue | undefined {
    if (!isObject(activity) || typeof activity['id'] !== 'string') return undefined;
    if ((member(activity, 'objectType') ?? 'Activity') !== 'Activity') return undefined;
    const id = entityIdOf(activity['id']);
    const definition = member(activity, 'definition');
    if (!isObject(definition)) return id;
    const entity: JsonObject = { id, type: defaults.untyped };
    const extensions: JsonObject = {};
    readType(definition, entity, extensions, state);
    readExtensions(definition, entity, extensions);
    addExtensions(entity, 'extensions', extensions);
    for (const { caliper, definition: place, text } of leaves) {
      const value = place.read(definition);
      const read = value === undefined ? undefined : text ? plainText(value, state) : value;
      if (read !== undefined) writeDeep(entity, caliper, read);
    }
    return entity;
  }

  function readType(definition: JsonObject, entity: JsonObject, extensions: JsonObject, state: State): void {
    const type = member(definition, 'type');
    const hints = member(definition, 'extensions');
    const hint = isObject(hints) ? member(hints, IRI.type) : undefined;
    if (typeof type !== 'string') {
      entity['type'] = untypedClass(definition, defaults.untyped);
      return;
    }
    if (typeof hint === 'string' && activityTypeOf(hint).term === type) {
      entity['type'] = hint;
      return;
    }
    const match = vocabulary.classOf(type);
    entity['type'] = match.fallback ? untypedClass(definition, match.term) : match.term;
    if (match.fallback) {
      const message = `the activity type ${type} is in no table; ${match.term} serves`;
      note(state, { code: 'fallback', path: '', message, term: type });
    } else if (isApproximate(match.relation) && !state.returning) {
      const message = `${match.term} is ${APPROXIMATE[match.relation]} than the activity type ${type}`;
      note(state, { code: 'approximate', path: '', message, term: type });
    }
    if (!state.returning && vocabulary.activityType(entity['type']).term !== type) {
      setMember(extensions, IRI.activityType, type);
    }
  }

  /** What an activity is whose type says nothing: an interaction where it has an interaction's members. */
  function untypedClass(definition: JsonObject, otherwise: string): string {
    return definition['interactionType'] === undefined ? otherwise : defaults.interaction;
  }

  function readExtensions(definition: JsonObject, entity: JsonObject, extensions: JsonObject): void {
    const source = member(definition, 'extensions');
    if (!isObject(source)) return;
    for (const [key, value] of Object.entries(source)) {
      if (value === undefined || key === IRI.type) continue;
      const property = key.startsWith(CALIPER) ? key.slice(CALIPER.length) : '';
      if (property !== '' && !isOwnMember(property) && ontology.isProperty(property)) {
        setMember(entity, property, value);
      } else if (!key.startsWith(CROSSWALK) || caliperKey(key) !== key) {
        setMember(extensions, caliperKey(key), value);
      }
    }
  }

  function classOf(activity: JsonObject): string | undefined {
    const definition = member(activity, 'definition');
    if (!isObject(definition)) return undefined;
    const type = member(definition, 'type');
    if (typeof type !== 'string') return untypedClass(definition, defaults.untyped);
    const hints = member(definition, 'extensions');
    const hint = isObject(hints) ? member(hints, IRI.type) : undefined;
    if (typeof hint === 'string' && activityTypeOf(hint).term === type) return hint;
    const match = vocabulary.classOf(type);
    return match.fallback ? untypedClass(definition, match.term) : match.term;
  }

  function forget(entity: JsonValue | undefined, definitionMember: string): void {
    const row = leaves.find(({ definition }) => definition.text === definitionMember);
    if (row && isObject(entity)) removeDeep(entity, row.caliper.steps);
  }

  return { activityOf, entityOf, classOf, forget };
}

function leafRow(row: StructureRow): LeafRow[] {
  if (row.caliperPath.includes('*') || (row.transform !== 'text' && row.transform !== 'copy')) return [];
  const caliper = caliperPath(row.caliperPath);
  const place =
    splitPath(row.xapiPath)?.[0] === 'definition'
      ? caliperPath(row.xapiPath.slice('definition.'.length))
      : undefined;
  return caliper && place ? [{ caliper, definition: place, text: row.transform === 'text' }] : [];
}

/** Writes below members that may not be there yet. */
function writeDeep(entity: JsonObject, path: CaliperPath, value: JsonValue): void {
  let parent = entity;
  for (const step of path.steps.slice(0, -1)) {
    const inner = member(parent, step);
    const next: JsonObject = isObject(inner) ? inner : {};
    if (next !== inner) setMember(parent, step, next);
    parent = next;
  }
  setMember(parent, path.steps.at(-1) as string, value);
}

/** Removes a member, and the objects around it that become empty by that. */
function removeDeep(object: JsonObject, [step, ...rest]: readonly string[]): void {
  if (step === undefined) return;
  const inner = member(object, step);
  if (rest.length > 0 && isObject(inner)) removeDeep(inner, rest);
  if (rest.length === 0 || (isObject(inner) && Object.keys(inner).length === 0)) delete object[step];
}
