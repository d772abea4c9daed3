import { finding, type Place, type TableCode, type TableFinding } from './finding.ts';
import type { RawRow, RawTable } from './raw.types.ts';

/** One row of a table by the names of its columns. */
export class Cells {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #file: string;
  readonly #row: RawRow;

  constructor(columns: ReadonlyMap<string, number>, file: string, row: RawRow) {
    this.#columns = columns;
    this.#file = file;
    this.#row = row;
  }

  /** The text of a cell; empty where the table has no such column. */
  text(column: string): string {
    const index = this.#columns.get(column);
    return index === undefined ? '' : (this.#row.cells[index] ?? '');
  }

  /** The file and line of the row. */
  get at(): Omit<Place, 'column'> {
    return { file: this.#file, line: this.#row.line };
  }

  /** A finding about a cell of the row. */
  finding(column: string, code: TableCode, found: string, mend: string): TableFinding {
    return finding({ ...this.at, column }, code, found, mend);
  }
}

/** The rows of a table by the names of their columns. */
export function cellsOf({ file, columns, rows }: RawTable): Cells[] {
  const index = new Map(columns.map((name, at) => [name, at]));
  return rows.map((row) => new Cells(index, file, row));
}

/** Gives rows their names: the second row that would have the name of the first gets a number. */
export class RowNames {
  readonly #count = new Map<string, number>();

  /** How many rows had this base name, this one included. */
  count(base: string): number {
    const count = (this.#count.get(base) ?? 0) + 1;
    this.#count.set(base, count);
    return count;
  }

  /** `base` for the first row, `base#2` for the second. */
  next(base: string): string {
    const count = this.count(base);
    return count === 1 ? base : `${base}#${count}`;
  }
}
