import type { Ontology, TermKind } from '../../ontology/index.ts';
import { systemIdentifierOf } from '../system-identifiers.ts';
import type { TableSet } from '../tables/index.ts';
import { RareTexts } from './rare-texts.ts';

const TERM_KINDS: readonly TermKind[] = [
  ...(['class', 'property', 'Action', 'Profile', 'Role', 'Status', 'Metric'] as const),
  ...(['SystemIdentifierType', 'LtiMessageType'] as const),
];

/** Members of a row that say something about the row, and nothing to a conversion. */
const REMARKS = new Set(['row', 'comment', 'at', 'source']);

/** What the tables and the model name: to a conversion such a text is not one among others. */
export interface NamedTexts {
  readonly texts: RareTexts;
  /** Keys of extensions that rows and conditions read. */
  readonly keys: ReadonlySet<string>;
}

/** Collects every text that tables and model name. */
export function namedTexts(tables: TableSet, ontology: Ontology): NamedTexts {
  return {
    texts: new RareTexts(termsAndCells(tables, ontology)),
    keys: new Set(readCells(tables).flatMap(keysIn)),
  };
}

const keysIn = (cell: string) => [...cell.matchAll(/\[([^[\]]+)\]/g)].map(([, key]) => key as string);

/** Cells that say what is read from a record. */
function readCells({ actions, verbs, profiles, extensions, eventFields }: TableSet): string[] {
  const conditions = [actions, verbs, profiles, extensions, eventFields].flatMap((rows) =>
    rows.map(({ when }: { readonly when: string }) => when),
  );
  return [...conditions, ...eventFields.flatMap(({ caliperPath, xapiPath }) => [caliperPath, xapiPath])];
}

function termsAndCells(tables: TableSet, ontology: Ontology): ReadonlySet<string> {
  const known = new Set<string>();
  for (const kind of TERM_KINDS) for (const term of ontology.terms(kind)) known.add(term);
  const cells = new Set<string>();
  for (const rows of Object.values(tables)) {
    for (const row of Array.isArray(rows) ? (rows as readonly object[]) : []) {
      for (const [name, cell] of Object.entries(row)) {
        if (typeof cell === 'string' && !REMARKS.has(name)) cells.add(cell);
      }
    }
  }
  for (const cell of cells) for (const word of words(cell)) known.add(word);
  return known;
}

/** A cell, and what stands in it between the signs of conditions, transforms and paths. */
const words = (cell: string) => [cell, ...cell.split(/[\s,()=<>!"[\]]+/)];

/**
 * True where the conditions of the tables ask of texts and numbers only what all of a kind have in common: they may be
 * the same as a text that is named, hold a bracket, or be above zero or another number. Own tables that ask for more, or
 * identify agents by what other systems call them, convert without plans.
 */
export function allowPlans(tables: TableSet): boolean {
  if (tables.identities.some((row) => systemIdentifierOf(row) !== undefined)) return false;
  const conditions = [tables.actions, tables.verbs, tables.profiles, tables.eventFields].flatMap((rows) =>
    rows.map(({ when }: { readonly when: string }) => when),
  );
  return !conditions.some(
    (when) => /\bcontains\s+(?!"[^"]*\[)/.test(when) || /(?:[<>]=?|(?<!\.length )=)\s*-?(?!0\b)\d/.test(when),
  );
}
