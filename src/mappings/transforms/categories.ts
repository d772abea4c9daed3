import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import type { TransformFactory } from './transform.ts';

const categoryActivity = (id: string, type?: string): JsonObject =>
  type === undefined ? { objectType: 'Activity', id } : { objectType: 'Activity', id, definition: { type } };

const idOf = (value: JsonValue) =>
  isObject(value) && typeof value['id'] === 'string' ? value['id'] : undefined;

/** Profile term of a Caliper event and the category activity that stands for it. */
export const profile: TransformFactory = ({ vocabulary, defaults }) => ({
  whole: false,
  byForm: true,
  get(term) {
    const id = typeof term === 'string' ? vocabulary.profileCategory(term) : undefined;
    return id === undefined ? undefined : categoryActivity(id, defaults.categoryType);
  },
  put(activity) {
    const id = idOf(activity);
    const term = id === undefined ? undefined : vocabulary.profileOf(id);
    return term !== undefined && vocabulary.profileCategory(term) === id ? term : undefined;
  },
});

/** Category activity of the xAPI profile whose rules the statement follows. */
export const profileEcho: TransformFactory = ({ vocabulary, defaults }) => ({
  whole: false,
  byForm: true,
  get(_type, { event }) {
    const [id] = vocabulary.profileEchoes(event);
    return id === undefined ? undefined : categoryActivity(id, defaults.categoryType);
  },
  put: () => undefined,
});

/** Event type term and the category activity whose id is the class IRI. */
export const eventClass: TransformFactory = ({ ontology }) => ({
  whole: false,
  byForm: true,
  get(term) {
    const iri = typeof term === 'string' && ontology.isEventType(term) ? ontology.iri(term) : undefined;
    return iri === undefined ? undefined : categoryActivity(iri);
  },
  put(activity) {
    const id = idOf(activity);
    const term = id === undefined ? undefined : ontology.classOf(id);
    return term !== undefined && ontology.isEventType(term) ? term : undefined;
  },
});
