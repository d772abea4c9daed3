import type { RawTable, SssomMetadata } from './raw.types.ts';
import type { TableSources } from './assemble.ts';
import type { TableSettings } from './settings.ts';

/** A table without findings, as the generated module holds it: its rows stand on consecutive lines. */
export interface CompactTable {
  readonly file: string;
  readonly metadata?: SssomMetadata | undefined;
  readonly columns: readonly string[];
  /** Line of the first row. */
  readonly line: number;
  /** Cells of each row, parted by tabs; empty cells at the end are left out. */
  readonly rows: readonly string[];
}

/** All tables without findings, as the generated module holds them. */
export interface CompactTables extends TableSettings {
  readonly digest: string;
  readonly tables: readonly CompactTable[];
}

/** The form for the generated module. Only for tables that were read without findings. */
export function compactTable({ file, metadata, columns, rows }: RawTable): CompactTable {
  return {
    file,
    metadata,
    columns,
    line: rows[0]?.line ?? 0,
    rows: rows.map(({ cells }) => cells.join('\t').replace(/(?<!\t)\t+$/, '')),
  };
}

/** The tables of a generated module, as their files would have been read. */
export function expandTables({ tables, ...rest }: CompactTables): TableSources {
  return { ...rest, raw: tables.map(expandTable) };
}

function expandTable({ file, metadata, columns, line, rows }: CompactTable): RawTable {
  const expanded = rows.map((row, index) => {
    const cells = row.split('\t');
    return { line: line + index, cells: columns.map((_, at) => cells[at] ?? '') };
  });
  return { file, metadata, columns, rows: expanded };
}
