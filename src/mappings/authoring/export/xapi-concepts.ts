import type { JsonObject } from '../../../json/index.ts';
import type { Ontology } from '../../../ontology/index.ts';
import { CALIPER, CROSSWALK, IRI } from '../../iris.ts';
import { splitPath } from '../../rows/caliper-path.ts';
import type { TableSet } from '../../tables/index.ts';

/** Kind of a concept, as xAPI Profiles 1.0, section 7, names them. */
type ConceptType = 'Verb' | 'ActivityType' | 'ContextExtension' | 'ResultExtension' | 'ActivityExtension';

interface Concept {
  readonly id: string;
  readonly type: ConceptType;
  readonly label: string;
  readonly definition: string;
  readonly verbs?: readonly string[];
}

/** What the gateway itself adds to statements. */
const GATEWAY: readonly Concept[] = [
  {
    id: IRI.residual,
    type: 'ContextExtension',
    label: 'residual',
    definition:
      'What the Caliper event says and the statement has no place for, so that the event returns exactly.',
  },
  {
    id: IRI.action,
    type: 'ContextExtension',
    label: 'action',
    definition: 'The Caliper action, where the verb alone is read as another one.',
  },
  {
    id: IRI.object,
    type: 'ContextExtension',
    label: 'object',
    definition: 'Which slot of the Caliper event the attempt stood in.',
  },
  {
    id: IRI.envelope,
    type: 'ContextExtension',
    label: 'envelope',
    definition: 'Where the event stood in its Caliper envelope: sensor, time of sending, version, position.',
  },
  {
    id: IRI.type,
    type: 'ActivityExtension',
    label: 'type',
    definition: 'The Caliper entity type, where the activity type alone is read as another one.',
  },
];

/**
 * The concepts that Crosswalk's statements use and that no other xAPI profile defines: the gateway's own extensions, and
 * Caliper's classes, actions and properties where they stand as activity types, verbs and extensions.
 */
export function profileConcepts(tables: TableSet, ontology: Ontology, scheme: string): JsonObject[] {
  const all = [
    ...GATEWAY,
    ...caliperVerbs(tables),
    ...caliperTypes(tables, ontology),
    ...placedExtensions(tables),
    ...properties(ontology),
  ];
  const first = new Map<string, Concept>();
  for (const concept of all) if (!first.has(concept.id)) first.set(concept.id, concept);
  return [...first.values()].map(({ id, type, label, definition, verbs }) => ({
    id,
    type,
    inScheme: scheme,
    prefLabel: { en: label },
    definition: { en: definition },
    ...(verbs && { recommendedVerbs: [...verbs] }),
  }));
}

const caliperVerbs = ({ actions }: TableSet): Concept[] =>
  actions
    .filter(({ verb }) => verb.startsWith(CALIPER))
    .map(({ verb, display, action }) => ({
      id: verb,
      type: 'Verb',
      label: display,
      definition: `The Caliper action ${action}.`,
    }));

/** Classes that are activity types: those of the table of entities, and of events in the category of each statement. */
function caliperTypes({ entityTypes }: TableSet, ontology: Ontology): Concept[] {
  return entityTypes
    .filter(({ activityType }) => activityType.startsWith(CALIPER))
    .map(({ activityType, objectLabel, type }) => ({
      id: activityType,
      type: 'ActivityType' as const,
      label: objectLabel || type,
      definition: `The Caliper entity type ${ontology.classOf(activityType) ?? type}.`,
    }));
}

/** Caliper properties that rows of the structure table put into the result or the context. */
const placedExtensions = ({ eventFields }: TableSet): Concept[] =>
  eventFields.flatMap(({ xapiPath, direction }) => {
    const [part, , key = ''] = splitPath(xapiPath) ?? [];
    const iri = key.slice(1, -1);
    const own = iri.startsWith(CALIPER) || iri.startsWith(CROSSWALK);
    if (!own || direction === 'x2c' || (part !== 'result' && part !== 'context')) return [];
    const label = iri.split('/').at(-1) ?? iri;
    const type = part === 'result' ? 'ResultExtension' : 'ContextExtension';
    return [{ id: iri, type, label, definition: `The property ${label} of a Caliper event.` } as const];
  });

/** Any property of an entity may stand in the extensions of its activity, under Caliper's own IRI. */
const properties = (ontology: Ontology): Concept[] =>
  ontology.terms('property').map((term) => ({
    id: CALIPER + term,
    type: 'ActivityExtension',
    label: term,
    definition: `The property ${term} of a Caliper entity.`,
  }));
