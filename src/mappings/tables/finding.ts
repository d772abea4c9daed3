/** Where a cell stands: the file, its line counted from 1, and the name of its column (its number where it has none). */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: string;
}

/** Stable codes of what is wrong with a table. */
export type TableCode =
  | 'alias-unknown'
  | 'alias-unused'
  | 'cell-count'
  | 'cell-required'
  | 'cell-value'
  | 'column-missing'
  | 'column-twice'
  | 'column-unknown'
  | 'condition'
  | 'exact-not-one-to-one'
  | 'metadata'
  | 'pair-not-allowed'
  | 'path'
  | 'prefix-undeclared'
  | 'quotes'
  | 'reverse-ambiguous'
  | 'reverse-missing'
  | 'row-missing'
  | 'row-overlaps'
  | 'row-twice'
  | 'row-unknown'
  | 'row-unreachable'
  | 'row-unused'
  | 'same-as-unknown'
  | 'source-missing'
  | 'source-wrong'
  | 'table-unknown'
  | 'template'
  | 'term-unknown'
  | 'term-unmapped'
  | 'transform'
  | 'transform-type'
  | 'version';

/** One thing that is wrong with a table, said so that its author can mend it. */
export interface TableFinding extends Place {
  readonly code: TableCode;
  /** What stands there, as a clause without a full stop. */
  readonly found: string;
  /** What to do about it, as a clause without a full stop. */
  readonly mend: string;
}

/** A value with what is wrong with the text that it was read from. */
export interface Reading<Value> {
  readonly value: Value;
  readonly findings: readonly TableFinding[];
}

/** Makes a finding about a cell. */
export function finding(place: Place, code: TableCode, found: string, mend: string): TableFinding {
  return { file: place.file, line: place.line, column: place.column, code, found, mend };
}

/** A finding as one line, in the form `file:line: column: found; mend [code]`. */
export function findingText({ file, line, column, code, found, mend }: TableFinding): string {
  return `${file}:${line}: ${column}: ${found}; ${mend} [${code}]`;
}
