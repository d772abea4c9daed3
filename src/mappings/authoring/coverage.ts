import type { Ontology } from '../../ontology/index.ts';
import { compileEngine } from '../engine.ts';
import { chooseEvent } from '../choose.ts';
import type { ActionRow, Relation, TableSet } from '../tables/index.ts';

/** How an action, as an event type uses it, stands in the tables. */
export interface ActionCoverage {
  readonly event: string;
  readonly action: string;
  /** The row that serves; empty where none does. */
  readonly row: string;
  readonly verb: string;
  readonly relation: Relation | 'unmapped';
  /** True where the event type has no row of its own and the generic event's serves. */
  readonly fallback: boolean;
  /** True where the verb alone is not read as the same action, so that a hint goes with it. */
  readonly hint: boolean;
  /** True where some versions of Caliper do not have the pair any more. */
  readonly retired: boolean;
}

/** What the tables cover of one event type: its actions, and the paths that rows of its own carry. */
export interface EventCoverage {
  readonly event: string;
  readonly profile: string;
  readonly actions: readonly ActionCoverage[];
  /** Names of the structure rows that are for this event type in particular. */
  readonly fields: readonly string[];
}

/** What the tables cover of a vocabulary whose terms stand alone: how many terms have which relation. */
export interface VocabularyCoverage {
  readonly table: string;
  readonly terms: number;
  readonly relations: Readonly<Partial<Record<Relation, number>>>;
}

/** What a set of tables covers. */
export interface Coverage {
  readonly events: readonly EventCoverage[];
  readonly vocabularies: readonly VocabularyCoverage[];
}

/** Works out what tables cover, by profile and event type, from the rows and what the way back makes of them. */
export function coverageOf(tables: TableSet, ontology: Ontology): Coverage {
  const actions = actionCoverage(tables, ontology);
  const events = ontology
    .terms('class')
    .filter((term) => ontology.isEventType(term))
    .map((event) => ({
      event,
      profile: profileOf(event, ontology),
      actions: ontology.actions(event).map((action) => actions(event, action)),
      fields: tables.eventFields.filter((row) => row.event.split(' ').includes(event)).map(({ row }) => row),
    }));
  return {
    events: events.toSorted((a, b) => compare(a.profile, b.profile) || compare(a.event, b.event)),
    vocabularies: [
      vocabulary('entity types', tables.entityTypes, ({ type }) => type),
      vocabulary('activity types', tables.activityTypes, ({ activityType }) => activityType),
      vocabulary('verbs', tables.verbs, ({ verb }) => verb),
      vocabulary('roles and statuses', tables.roles, ({ term }) => term),
      vocabulary('profiles', tables.profiles, ({ profile }) => profile),
      vocabulary('categories', tables.categories, ({ category }) => category),
      vocabulary('extensions', tables.extensions, ({ extension }) => extension),
    ],
  };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The profile of an event type; of one that depends on its object, the first that is made of it. */
function profileOf(event: string, ontology: Ontology): string {
  const profile = ontology.terms('Profile').find((term) => ontology.eventTypes(term).includes(event));
  return ontology.defaultProfile(event) ?? profile ?? 'GeneralProfile';
}

function actionCoverage(
  tables: TableSet,
  ontology: Ontology,
): (event: string, action: string) => ActionCoverage {
  const engine = compileEngine(tables, ontology);
  const rows = new Map<string, ActionRow>();
  for (const row of [...tables.actions].reverse()) rows.set(`${row.event}/${row.action}`, row);
  return (event, action) => {
    const own = rows.get(`${event}/${action}`);
    const row = own ?? rows.get(`${tables.defaults.event}/${action}`);
    const verb = row?.verb ?? '';
    const category = [{ id: ontology.iri(event) ?? '' }];
    const context = { contextActivities: { category } };
    const statement = { verb: { id: verb }, object: exampleObject(event, action), context };
    const back = chooseEvent(statement, { origin: 'caliper', target: '1.2' }, engine);
    return {
      event,
      action,
      row: row?.row ?? '',
      verb,
      relation: row?.relation ?? 'unmapped',
      fallback: own === undefined,
      hint: row !== undefined && (back.type !== event || back.action !== action),
      retired: own !== undefined && own.until !== '',
    };
  };

  /** An object of the first class that the event type asks for: what the choice of the way back goes by. */
  function exampleObject(event: string, action: string) {
    const [className] = ontology.range(event, 'object', action);
    const type = className === undefined ? undefined : engine.vocabulary.activityType(className).term;
    return { id: 'urn:example', definition: type === undefined ? {} : { type } };
  }
}

function vocabulary<Row extends { readonly relation: Relation }>(
  table: string,
  rows: readonly Row[],
  term: (row: Row) => string,
): VocabularyCoverage {
  const first = new Map<string, Relation>();
  for (const row of rows) if (!first.has(term(row))) first.set(term(row), row.relation);
  const relations: Partial<Record<Relation, number>> = {};
  for (const relation of first.values()) relations[relation] = (relations[relation] ?? 0) + 1;
  return { table, terms: first.size, relations };
}
