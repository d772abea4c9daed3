import { isObject, member, setMember, textOf, type JsonObject, type JsonValue } from '../json/index.ts';
import { caliperVersion } from '../ontology/index.ts';
import type { Engine } from './engine.ts';
import { IRI } from './iris.ts';
import { note, type State } from './state.ts';
import { addExtensions } from './transforms/keys.ts';

const typeOf = (value: JsonValue | undefined) => {
  const type = isObject(value) ? member(value, 'type') : undefined;
  return typeof type === 'string' ? type : undefined;
};

/** Classes that a slot of the event asks for; none where any entity may stand there, or none. */
function rangeOf(engine: Engine, event: JsonObject, slot: string): readonly string[] {
  return engine.ontology.range(textOf(event, 'type'), slot, textOf(event, 'action'));
}

/** True where an entity may stand in a slot. A bare IRI may stand anywhere: it does not say what it is. */
export function isInRange(engine: Engine, event: JsonObject, slot: string): boolean {
  const range = rangeOf(engine, event, slot);
  const type = typeOf(member(event, slot));
  return (
    range.length === 0 ||
    type === undefined ||
    range.some((className) => engine.ontology.isSubclass(type, className))
  );
}

/**
 * True where what stands at a path inside an entity of the event is something that the entity's class has: a property
 * of the version that is written, with a value of its range. Extensions may hold anything.
 */
export function isMemberInRange(engine: Engine, state: State, path: readonly string[]): boolean {
  const [last, parents] = [path.at(-1) ?? '', path.slice(0, -1)];
  if (parents.length === 0 || path.includes('extensions')) return true;
  const at = (inner: JsonValue | undefined, step: string) =>
    isObject(inner) ? member(inner, step) : undefined;
  const owner = parents.reduce<JsonValue | undefined>(at, state.event);
  const ownerType = typeOf(owner);
  const version = caliperVersion(state.target);
  if (ownerType === undefined || version === undefined || !engine.ontology.isEntityType(ownerType))
    return true;
  const uses = engine.ontology.uses(ownerType, version).get(last);
  const type = typeOf(at(owner, last));
  return (
    uses?.some(
      ({ range }) => type === undefined || range.some((name) => engine.ontology.isSubclass(type, name)),
    ) ?? false
  );
}

/**
 * Raises the class of an event's object to the one that the event asks for, where that is below the object's own, or
 * where the verb by itself says what its object is. The activity type that was sent stays with the entity.
 */
export function raiseObject(engine: Engine, state: State, activityType: string | undefined): void {
  const { event } = state;
  const object = member(event, 'object');
  const type = typeOf(object);
  if (!isObject(object) || type === undefined || isInRange(engine, event, 'object')) return;
  const raised = rangeOf(engine, event, 'object').find(
    (className) => engine.raising.has(textOf(event, 'type')) || engine.ontology.isSubclass(className, type),
  );
  if (raised === undefined || engine.vocabulary.objectForm(type) !== undefined) return;
  setMember(object, 'type', raised);
  if (
    activityType !== undefined &&
    !state.returning &&
    engine.vocabulary.activityType(raised).term !== activityType
  ) {
    addExtensions(object, 'extensions', { [IRI.activityType]: activityType });
  }
  const message = `the object is read as ${raised}, which ${textOf(event, 'type')} asks for, and not as ${type}`;
  note(state, { code: 'range', path: '/object', message, term: activityType ?? type });
}
