import { isObject, member, type JsonObject, type JsonValue } from '../json/index.ts';
import type { Ontology } from '../ontology/index.ts';
import type { Entities } from './entities.ts';
import type { EventRows } from './rows/structure.ts';
import type { Start } from './state.ts';
import type { TableDefaults } from './tables/index.ts';
import { hint } from './vocabulary.ts';
import type { EventMatch, VerbSituation, Vocabulary } from './vocabulary.types.ts';

/** What a statement becomes, and which slot the attempt stood in where its object is one. */
export interface Choice extends EventMatch {
  /** Class of the statement's object, by its activity type. */
  readonly objectClass: string;
  /** Slot of the event that takes the statement's object, where that is an attempt with a parent. */
  readonly attemptIn?: 'generated' | 'object';
}

/** What the choice is made with. */
export interface ChoiceParts {
  readonly vocabulary: Vocabulary;
  readonly entities: Entities;
  readonly ontology: Ontology;
  readonly defaults: TableDefaults;
  readonly rowsFor: (eventType: string) => EventRows;
}

const verbOf = (statement: JsonObject) => {
  const verb = member(statement, 'verb');
  return isObject(verb) && typeof verb['id'] === 'string' ? verb['id'] : '';
};

/** Members of a list of context activities; a single object counts as a list of one (xAPI 1.0.3 Data 2.4.6.2). */
export function contextActivities(statement: JsonObject, list: string): JsonObject[] {
  const context = member(statement, 'context');
  const lists = isObject(context) ? member(context, 'contextActivities') : undefined;
  const value = isObject(lists) ? member(lists, list) : undefined;
  const members: readonly JsonValue[] = Array.isArray(value) ? value : [value ?? null];
  return members.filter(isObject);
}

/** The Caliper event class that a statement's categories name, where the statement came from an event. */
export function eventClassOf(statement: JsonObject, ontology: Ontology): string | undefined {
  for (const { id } of contextActivities(statement, 'category')) {
    const term = typeof id === 'string' ? ontology.classOf(id) : undefined;
    if (term !== undefined && ontology.isEventType(term)) return term;
  }
  return undefined;
}

/** Caliper class of a statement's object: by activity type, or by what kind of object it is. */
export function objectClassOf(object: JsonValue | undefined, { entities, defaults }: ChoiceParts): string {
  if (!isObject(object)) return defaults.reference;
  const kind = member(object, 'objectType') ?? 'Activity';
  if (kind === 'Activity') return entities.classOf(object) ?? defaults.untyped;
  if (kind === 'Agent') return defaults.agent;
  return kind === 'Group' ? defaults.group : defaults.reference;
}

/** Chooses event type and action for a statement: by the event class and the hint that it carries, then by its verb. */
export function chooseEvent(
  statement: JsonObject,
  { origin, target }: Pick<Start, 'origin' | 'target'>,
  parts: ChoiceParts,
): Choice {
  const { vocabulary, ontology } = parts;
  const verb = verbOf(statement);
  const objectClass = objectClassOf(member(statement, 'object'), parts);
  const situation: VerbSituation = { statement, objectClass, target };
  const type = eventClassOf(statement, ontology);
  const known = type === undefined ? undefined : byClass(type, verb, situation, parts);
  if (known && (origin === 'caliper' || isAllowed(known, target, ontology))) return { ...known, objectClass };
  const found = vocabulary.eventFor(verb, situation);
  const fits = found && (origin === 'caliper' || isAllowed(found, target, ontology));
  const chosen = fits ? found : vocabulary.standIn(verb);
  return { ...chosen, objectClass, ...attemptChoice(chosen, verb, situation, parts) };
}

/** True where the version that is written has the event type, and lets it have the action. */
function isAllowed({ type, action }: EventMatch, target: string, ontology: Ontology): boolean {
  const version = target === '1.1' ? '1.1' : '1.2';
  return ontology.actions(type, version).includes(ontology.preferred(action));
}

function byClass(
  type: string,
  verb: string,
  situation: VerbSituation,
  { vocabulary }: ChoiceParts,
): EventMatch | undefined {
  const context = member(situation.statement, 'context');
  const action = isObject(context) ? hint(member(context, 'extensions'), 'action') : undefined;
  if (action !== undefined && vocabulary.writes({ type, action }, verb)) {
    return { type, action, relation: 'exactMatch', row: `T-ACT:${type}/${action}`, fallback: false };
  }
  return vocabulary.actionFor(verb, type, situation);
}

/**
 * A statement about an attempt speaks, in Caliper, about what it is an attempt of: the first parent. Event types that
 * can take the statement's object elsewhere say so by their rows.
 */
function attemptChoice(
  chosen: EventMatch,
  verb: string,
  situation: VerbSituation,
  parts: ChoiceParts,
): Partial<Choice> {
  const [parent] = contextActivities(situation.statement, 'parent');
  const parentClass = parent ? parts.entities.classOf(parent) : undefined;
  if (parentClass === undefined) return {};
  const fits = (match: EventMatch, slot: 'object' | 'generated') =>
    parts.ontology
      .range(match.type, slot, match.action)
      .some((className) => parts.ontology.isSubclass(situation.objectClass, className));
  if (takesParentAs('object.assignable', chosen.type, parts) && fits(chosen, 'object'))
    return { attemptIn: 'object' };
  const better = parts.vocabulary.eventFor(verb, { ...situation, objectClass: parentClass });
  if (better === undefined || !takesParentAs('object', better.type, parts) || !fits(better, 'generated'))
    return {};
  return { ...better, attemptIn: 'generated' };
}

function takesParentAs(path: string, eventType: string, { rowsFor }: ChoiceParts): boolean {
  return rowsFor(eventType).read.some(
    (row) =>
      row.events.length > 0 && row.caliper?.text === path && row.place?.text === 'parent[1]' && row.hinted,
  );
}
