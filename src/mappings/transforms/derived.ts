import { equal, isObject, member, type JsonObject, type JsonValue } from '../../json/index.ts';
import { derivedUuid, uuidOfUrn } from '../identifiers.ts';
import { IRI } from '../iris.ts';
import { caliperPath } from '../rows/caliper-path.ts';
import type { State } from '../state.ts';
import type { TransformFactory } from './transform.ts';

const idOf = (value: JsonValue | undefined) => {
  const id = isObject(value) ? member(value, 'id') : value;
  return typeof id === 'string' ? id : undefined;
};

const outer = (container: JsonValue | undefined, name: string) =>
  isObject(container) ? member(container, name) : undefined;

/** The registration of the statement side: in the statement, or kept in an event that came from one. */
function registrationOf({ direction, event, statement }: State): string | undefined {
  const context = direction === 'x2c' ? statement['context'] : outer(event['extensions'], IRI.context);
  const registration = outer(context, 'registration');
  return typeof registration === 'string' ? registration : undefined;
}

function impliedId(kind: string, state: State): string {
  if (kind !== 'attempt') return `urn:uuid:${derivedUuid('entity', `${kind} ${state.uuid}`)}`;
  const object =
    state.direction === 'x2c' ? state.statement['object'] : outer(state.event['object'], 'assignable');
  return `urn:uuid:${derivedUuid('attempt', `${registrationOf(state) ?? state.uuid} ${idOf(object) ?? ''}`)}`;
}

/**
 * An entity that a statement implies but does not name: `implied(score Score)`. Its id follows from the statement's,
 * so it is not written when the event goes back, unless someone has added to it.
 */
export const implied: TransformFactory = (_parts, [kind = '', type = '']) => ({
  whole: true,
  byForm: true,
  get(value, state) {
    const bare = isObject(value) && Object.keys(value).every((name) => name === 'id' || name === 'type');
    return bare && idOf(value) === impliedId(kind, state) ? true : undefined;
  },
  put: (_value, state) => ({ id: impliedId(kind, state), type }),
});

/** A value that stands elsewhere in the event too: `alias(object.id)`. */
export const alias: TransformFactory = (_parts, [path = '']) => {
  const other = caliperPath(path);
  if (!other) throw new Error(`«${path}» is no path`);
  return {
    whole: false,
    byForm: true,
    late: true,
    get: (value, { event }) => (equal(value, other.read(event)) ? true : undefined),
    put: (_value, { event }) => other.read(event),
  };
};

/** The entity of a class that stands for nobody in particular: its id is the class IRI. `anonymous(SoftwareApplication)`. */
export const anonymous: TransformFactory = ({ ontology }, [type = '']) => {
  const entity: JsonObject = { id: ontology.iri(type) ?? '', type };
  return {
    whole: false,
    byForm: true,
    late: true,
    get: (value) => (equal(value, entity) ? true : undefined),
    put: () => ({ ...entity }),
  };
};

/** The registration of an attempt: the UUID of the outermost one along `isPartOf`. */
export const registration: TransformFactory = () => ({
  whole: false,
  byForm: true,
  get(value) {
    let attempt: JsonValue | undefined = value;
    for (
      let inner = outer(attempt, 'isPartOf');
      idOf(inner) !== undefined;
      inner = outer(attempt, 'isPartOf')
    ) {
      attempt = inner;
    }
    const id = idOf(attempt);
    return id === undefined ? undefined : (uuidOfUrn(id) ?? derivedUuid('attempt', id));
  },
  put: () => undefined,
});

/** First of two numbers of an entity divided by the second, where that is a share: `ratio(scoreGiven maxScore)`. */
export const ratio: TransformFactory = (_parts, [first = '', second = '']) => ({
  whole: false,
  byForm: true,
  get(value) {
    const [part, total] = [outer(value, first), outer(value, second)];
    const isShare =
      typeof part === 'number' && typeof total === 'number' && total > 0 && part >= 0 && part <= total;
    return isShare ? part / total : undefined;
  },
  put: () => undefined,
});

/** A scale's or question's values and labels as interaction components: `components(itemValues itemLabels)`. */
export const components: TransformFactory = (_parts, [values = '', labels = '']) => ({
  whole: false,
  byForm: true,
  get(value, state) {
    const [ids, texts] = [outer(value, values), outer(value, labels)];
    if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string' && id !== '')) return undefined;
    if (ids.length === 0 || new Set(ids).size !== ids.length) return undefined;
    return ids.map((id: JsonValue, i) => {
      const text = Array.isArray(texts) ? texts[i] : undefined;
      return typeof text === 'string'
        ? { id, description: { [state.options.language ?? 'und']: text } }
        : { id };
    });
  },
  put: () => undefined,
});

const isNumeric = (value: JsonValue | undefined) =>
  typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));

/** A rating's one numeric selection within the bounds that its question's scale sets, as a score. */
export const rating: TransformFactory = () => ({
  whole: false,
  byForm: false,
  get(value) {
    const selections = outer(value, 'selections');
    const scale = outer(outer(value, 'question'), 'scale');
    if (!Array.isArray(selections) || selections.length !== 1 || !isNumeric(selections[0])) return undefined;
    const bounds = scaleBounds(scale);
    const raw = Number(selections[0]);
    return bounds && bounds.min < bounds.max && raw >= bounds.min && raw <= bounds.max
      ? { raw, ...bounds }
      : undefined;
  },
  put: () => undefined,
});

function scaleBounds(scale: JsonValue | undefined): { min: number; max: number } | undefined {
  const [min, max] = [outer(scale, 'minValue'), outer(scale, 'maxValue')];
  if (isNumeric(min) && isNumeric(max)) return { min: Number(min), max: Number(max) };
  const values = outer(scale, 'itemValues');
  if (!Array.isArray(values) || values.length === 0 || !values.every(isNumeric)) return undefined;
  const numbers = values.map(Number);
  return { min: Math.min(...numbers), max: Math.max(...numbers) };
}
