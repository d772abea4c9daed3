import { isObject, isString, member, setMember, type JsonObject, type JsonValue } from '../json/index.ts';
import { caliperVersion, holdsFor, type CaliperVersion, type Ontology } from '../ontology/index.ts';
import type { Engine } from './engine.ts';
import { IRI } from './iris.ts';
import { note, type State } from './state.ts';
import { addExtensions } from './transforms/keys.ts';

const UNREAD = new Set(['extensions', '@context']);

/** What an event is written in: some members are demanded for some actions only. */
interface Writing {
  readonly version: CaliperVersion;
  readonly action: string;
}

/** Members that a class demands and an entity lacks, and whether a list is to stand in each. */
function lacking(entity: JsonObject, term: string, { version, action }: Writing, ontology: Ontology) {
  return [...ontology.uses(term, version)].flatMap(([name, uses]) => {
    const required = uses.filter((use) => use.required && holdsFor(use, action));
    if (required.length === 0 || (member(entity, name) ?? null) !== null) return [];
    return [{ name, isList: required.every((use) => use.list) }];
  });
}

/** The class itself, or the nearest above it, that the version has and whose demands can be met. */
function writableClass(
  entity: JsonObject,
  term: string,
  writing: Writing,
  ontology: Ontology,
): string | undefined {
  return [term, ...ontology.ancestors(term)].find(
    (name) =>
      ontology.isIn(name, writing.version) &&
      lacking(entity, name, writing, ontology).every(({ isList }) => isList),
  );
}

/** Writes an entity as a broader class. Members that only the narrower one has stay with the statement. */
function broaden(
  engine: Engine,
  state: State,
  entity: JsonObject,
  [term, broader]: [string, string],
  version: CaliperVersion,
): void {
  const { ontology, vocabulary } = engine;
  const uses = ontology.uses(broader, version);
  entity['type'] = broader;
  for (const name of Object.keys(entity)) {
    if (ontology.isProperty(name) && !uses.has(name)) delete entity[name];
  }
  const own = member(entity, 'extensions');
  const activityType = vocabulary.activityType(term).term;
  if (!isObject(own) || member(own, IRI.activityType) === undefined) {
    addExtensions(entity, 'extensions', { [IRI.activityType]: activityType });
  }
  const message = `${term} cannot be written in Caliper ${version} with what is known of it; ${broader} serves`;
  note(state, { code: 'fallback', path: '', message, term: activityType });
}

function completeEntity(engine: Engine, state: State, entity: JsonObject, writing: Writing): void {
  const type = member(entity, 'type');
  if (typeof type !== 'string' || !engine.ontology.isEntityType(type)) return;
  const written = writableClass(entity, type, writing, engine.ontology);
  if (written === undefined) return;
  if (written !== type) broaden(engine, state, entity, [type, written], writing.version);
  for (const { name } of lacking(entity, written, writing, engine.ontology)) setMember(entity, name, []);
}

/**
 * Gives the entities of an event, which a statement described, what Caliper demands of them: the class that the written
 * version has, and a list with nothing in it where the model demands a list that xAPI does not have (the items of a
 * questionnaire).
 */
export function completeEntities(engine: Engine, state: State): void {
  const version = caliperVersion(state.target);
  if (version === undefined) return;
  const action = member(state.event, 'action');
  const writing = { version, action: isString(action) ? action : '' };
  const visit = (value: JsonValue | undefined): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isObject(value) || Array.isArray(value)) return;
    for (const [name, inner] of Object.entries(value)) if (!UNREAD.has(name)) visit(inner);
    completeEntity(engine, state, value, writing);
  };
  visit(state.event);
}
