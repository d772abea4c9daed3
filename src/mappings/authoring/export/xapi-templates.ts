import type { JsonObject } from '../../../json/index.ts';
import type { Ontology } from '../../../ontology/index.ts';
import { IRI } from '../../iris.ts';
import { splitPath } from '../../rows/caliper-path.ts';
import type { ActionRow, StructureRow, TableSet } from '../../tables/index.ts';

/**
 * Statement templates (xAPI Profiles 1.0, section 8): one for each event type and verb that Crosswalk writes, told by the
 * verb and by the category that names the event type, with a rule for each place that rows of the event type write.
 */
export function profileTemplates(
  tables: TableSet,
  ontology: Ontology,
  scheme: string,
  base: string,
): JsonObject[] {
  const seen = new Set<string>();
  return tables.actions.flatMap((row) => {
    const id = `${base}/templates/${row.event}/${row.action}`;
    const category = ontology.iri(row.event);
    // several rows of one pair differ in their verb by a condition
    const key = seen.has(id) ? `${id}-${row.at.line}` : id;
    seen.add(key);
    return category === undefined ? [] : [templateOf(row, key, category, tables, scheme)];
  });
}

function templateOf(
  row: ActionRow,
  id: string,
  category: string,
  { eventFields }: TableSet,
  scheme: string,
): JsonObject {
  const note = row.when === '' ? '' : ` where ${row.when}`;
  return {
    id,
    type: 'StatementTemplate',
    inScheme: scheme,
    prefLabel: { en: `${row.event} ${row.action}` },
    definition: { en: `A Caliper ${row.event} with the action ${row.action}${note}, as a statement.` },
    verb: row.verb,
    rules: [
      { location: '$.id', presence: 'included' },
      { location: '$.timestamp', presence: 'included' },
      {
        location: '$.context.contextActivities.category[*].id',
        any: [category],
        presence: 'included',
        scopeNote: { en: 'Names the Caliper event type.' },
      },
      { location: `$.context.extensions['${IRI.residual}']`, presence: 'included' },
      ...fieldRules(eventFields, row.event),
    ],
  };
}

/** A place is recommended, as rows write it where the event has what they carry. */
function fieldRules(rows: readonly StructureRow[], event: string): JsonObject[] {
  const rules = new Map<string, JsonObject>();
  for (const row of rows) {
    if (row.direction === 'x2c' || !row.event.split(' ').includes(event)) continue;
    const location = locationOf(row.xapiPath);
    if (location === undefined || rules.has(location)) continue;
    const from = row.caliperPath === '-' ? '' : `From ${row.caliperPath}`;
    const when = row.when === '' ? '' : `where ${row.when}`;
    const words = [from, from === '' ? when.replace('where', 'Where') : when].filter((word) => word !== '');
    const scopeNote = words.length === 0 ? {} : { scopeNote: { en: `${words.join(' ')}.` } };
    rules.set(location, { location, presence: 'recommended', ...scopeNote });
  }
  return [...rules.values()];
}

const LISTS = new Set(['parent', 'grouping', 'category', 'other']);

/** The JSONPath of a place; undefined where a row writes none, or one that every statement has. */
export function locationOf(place: string): string | undefined {
  const steps = splitPath(place);
  if (!steps || place === '-' || steps.length === 1) {
    return steps?.[0] !== undefined && LISTS.has(steps[0])
      ? `$.context.contextActivities.${steps[0]}`
      : undefined;
  }
  const [first = ''] = steps;
  if (LISTS.has(first)) return `$.context.contextActivities.${first}`;
  return `$${steps.map(segmentOf).join('')}`;
}

function segmentOf(step: string): string {
  if (step === 'ext') return '.extensions';
  if (!step.startsWith('[')) return `.${step}`;
  const key = step.slice(1, -1);
  return /^\d+$/.test(key) ? `[${Number(key) - 1}]` : `['${key}']`;
}
