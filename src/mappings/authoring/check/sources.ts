import type { PublishedConcept } from '../published.ts';
import { CALIPER, CROSSWALK } from '../../iris.ts';
import { rowFinding } from '../../tables/check/row-finding.ts';
import {
  DEFINITIONS,
  finding,
  type StructureRow,
  type TableFinding,
  type TableSet,
} from '../../tables/index.ts';

/** xAPI terms that rows of `structure.tsv` name, and that no vocabulary table has, so that nobody cites where they come from. */
export function checkFieldSources({ eventFields, extensions, verbs, actions }: TableSet): TableFinding[] {
  const knownExtensions = new Set(extensions.map(({ extension }) => extension));
  const knownVerbs = new Set([...verbs, ...actions].map(({ verb }) => verb));
  return eventFields.flatMap((row) => [
    ...extensionsIn(row.xapiPath).flatMap((iri) =>
      unknown(row, 'xapi_path', iri, knownExtensions, 'extensions'),
    ),
    ...extensionsIn(row.when).flatMap((iri) => unknown(row, 'when', iri, knownExtensions, 'extensions')),
    ...verbsIn(row.when).flatMap((iri) => unknown(row, 'when', iri, knownVerbs, 'verbs')),
  ]);
}

const extensionsIn = (text: string) =>
  [...text.matchAll(/\bext\[([^[\]]+)\]/g)].map(([, iri = '']) => iri).filter(isForeign);

const verbsIn = (text: string) =>
  [...text.matchAll(/\bverb\.id\s*!?=\s*"?([^\s,()"]+)/g)].map(([, iri = '']) => iri).filter(isForeign);

const isForeign = (iri: string) => !iri.startsWith(CALIPER) && !iri.startsWith(CROSSWALK);

function unknown(
  row: StructureRow,
  column: string,
  iri: string,
  known: ReadonlySet<string>,
  table: 'extensions' | 'verbs',
): TableFinding[] {
  if (known.has(iri)) return [];
  const { file } = DEFINITIONS[table];
  return [
    rowFinding(
      row,
      column,
      'source-missing',
      `no row of ${file} has «${iri}»`,
      'add one there that cites its source',
    ),
  ];
}

const TABLES = { verb: 'verbs', type: 'activityTypes', extension: 'extensions' } as const;

/** Terms of published profiles that are neither mapped nor declared without counterpart. */
export function checkConcepts(tables: TableSet, concepts: readonly PublishedConcept[]): TableFinding[] {
  const known: Record<PublishedConcept['kind'], ReadonlySet<string>> = {
    verb: new Set(tables.verbs.map(({ verb }) => verb)),
    type: new Set(tables.activityTypes.map(({ activityType }) => activityType)),
    extension: new Set(tables.extensions.map(({ extension }) => extension)),
  };
  const spelt = new Set(tables.aliases.filter(({ match }) => match === 'exact').map(({ read }) => read));
  return concepts
    .filter(({ iri, kind }) => !known[kind].has(iri) && !spelt.has(iri))
    .map(({ iri, kind, profile }) =>
      finding(
        { file: DEFINITIONS[TABLES[kind]].file, line: 1, column: 'subject_id' },
        'term-unmapped',
        `no row for ${iri} of ${profile}`,
        'add one, with sssom:NoTermFound where there is no counterpart',
      ),
    );
}
