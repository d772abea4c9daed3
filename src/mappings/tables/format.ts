import { stringify } from 'yaml';
import { definitionOf, type TableDefinition } from './definitions.ts';
import type { RawTable, SssomMetadata } from './raw.types.ts';
import { SSSOM_COLUMNS } from './sssom.ts';

/** Order of the metadata in the header; what is not named here follows by name. */
const METADATA_ORDER = [
  'mapping_set_id',
  'mapping_set_title',
  'mapping_set_description',
  'mapping_set_version',
  'license',
];
const METADATA_END = ['curie_map', 'extension_definitions'];

/**
 * The canonical text of a table: metadata, columns and rows in their order, prefixes by name, cells quoted only where they
 * hold a double quote, line feeds. Rows whose order counts keep it. Reading the text gives the same rows.
 *
 * Only for tables that were read without findings: a row that was left out would be lost.
 */
export function formatTable(table: RawTable): string {
  const definition = definitionOf(table.file);
  const columns = canonicalColumns(table, definition);
  const at = columns.map((name) => table.columns.indexOf(name));
  const rows = sortRows(
    table.rows.map(({ cells }) => at.map((index) => cells[index] ?? '')),
    (definition?.order.by ?? []).map((name) => columns.indexOf(name)),
  );
  const body = [columns, ...rows].map((cells) => `${cells.map(quoted).join('\t')}\n`).join('');
  return `${table.metadata ? headerText(table.metadata, columns) : ''}${body}`;
}

/** A double quote means something only where a cell begins with one. */
const quoted = (cell: string): string => (cell.startsWith('"') ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Columns of the standard, then the table's own, then those that the author added; the comment stands last. */
function canonicalColumns(table: RawTable, definition: TableDefinition | undefined): string[] {
  const own = definition?.columns.map(({ name }) => name) ?? [];
  const standard = table.metadata ? SSSOM_COLUMNS.map(({ name }) => name) : [];
  const known = [...standard, ...own].filter((name) => name !== 'comment');
  const added = table.columns.filter((name) => !known.includes(name) && name !== 'comment');
  return [...known, ...added, 'comment'].filter((name) => table.columns.includes(name));
}

function sortRows(rows: readonly string[][], by: readonly number[]): string[][] {
  return rows.toSorted((a, b) => {
    for (const index of by) {
      const [left, right] = [a[index] ?? '', b[index] ?? ''];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
}

function headerText(metadata: SssomMetadata, columns: readonly string[]): string {
  const values: Readonly<Record<string, unknown>> = { ...metadata };
  const others = Object.keys(values)
    .filter((name) => !METADATA_ORDER.includes(name) && !METADATA_END.includes(name))
    .toSorted();
  const entries = [...METADATA_ORDER, ...others, ...METADATA_END].flatMap((name) => {
    const value =
      name === 'curie_map'
        ? sortedMap(metadata)
        : name === 'extension_definitions'
          ? slots(metadata, columns)
          : values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const yaml = stringify(Object.fromEntries(entries), { lineWidth: 0 });
  return yaml.replace(/^(?=.)/gm, '#');
}

const sortedMap = ({ curie_map }: SssomMetadata) =>
  Object.fromEntries(Object.entries(curie_map).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const slots = ({ extension_definitions }: SssomMetadata, columns: readonly string[]) =>
  extension_definitions.toSorted((a, b) => columns.indexOf(a.slot_name) - columns.indexOf(b.slot_name));
