import { finding, type Place, type Reading, type TableFinding } from './finding.ts';
import type { RawRow, RawTable } from './raw.types.ts';

/** What a table demands of one of its columns. */
export interface Column {
  readonly name: string;
  /** True where no cell may be empty. */
  readonly required?: boolean;
  /** The only texts that a cell may hold beside the empty one. */
  readonly values?: readonly string[];
}

/** Text as the readers see it: without byte order mark, and with line feeds for every kind of line end. */
export const normalText = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');

/**
 * Reads a plain TSV table. A first line names the columns, in any order; every other line is a row. A cell that
 * begins with a double quote is quoted as in RFC 4180, and has to end on its line: no cell holds a tab or a line break.
 * Cells come trimmed.
 *
 * Rows that break a demand of `columns` are left out, and each is a finding.
 */
export function readTsv(text: string, file: string, columns: readonly Column[]): Reading<RawTable> {
  return readRows(normalText(text), { file, firstLine: 1, columns, others: 'refuse' });
}

/** Where and how the rows of a text are read. */
export interface RowsOptions {
  readonly file: string;
  /** Line of the file that the text begins on. */
  readonly firstLine: number;
  readonly columns: readonly Column[];
  /** Names of further columns that may stand there, or `refuse` for none. */
  readonly others: ReadonlySet<string> | 'refuse';
}

/** Reads column names and rows from normal text. See {@link readTsv}. */
export function readRows(text: string, options: RowsOptions): Reading<RawTable> {
  const { file } = options;
  const { value: lines, findings } = splitRows(text, options);
  const columns = trimEnd(lines[0]?.cells ?? []);
  const unquoted = new Set(findings.map(({ line }) => line));
  const checked = lines.slice(1).map((row) => ({ row, problems: checkRow(row, columns, options) }));
  const rows = checked
    .filter(({ row, problems }) => problems.length === 0 && !unquoted.has(row.line))
    .map(({ row: { line, cells } }) => ({ line, cells: columns.map((_, at) => cells[at] ?? '') }));
  return {
    value: { file, columns, rows },
    findings: [...findings, ...checkHeader(columns, options), ...checked.flatMap(({ problems }) => problems)],
  };
}

/** All rows, the one with the names of the columns included, as they stand there. */
function splitRows(text: string, { file, firstLine }: RowsOptions): Reading<readonly RawRow[]> {
  const findings: TableFinding[] = [];
  const lines = text.replace(/(?<!\n)\n+$/, '').split('\n');
  const value = lines.map((content, index) => {
    const line = firstLine + index;
    const cells = content.split('\t').map((cell, at) => {
      const plain = unquote(cell.trim());
      if (plain !== undefined) return plain;
      const place = { file, line, column: `${at + 1}` };
      findings.push(finding(place, 'quotes', 'a quoted cell that does not end where it should', QUOTES_MEND));
      return cell.trim();
    });
    return { line, cells };
  });
  return { value, findings };
}

const QUOTES_MEND = 'close the double quote, and take tabs and line breaks out of the cell';

/** The text of a cell; undefined where it begins with a double quote and does not end with one. */
function unquote(cell: string): string | undefined {
  if (!cell.startsWith('"')) return cell;
  const inner = /^"((?:[^"]|"")*)"$/.exec(cell)?.[1];
  return inner?.replaceAll('""', '"').trim();
}

/** Spreadsheets fill short rows up with empty cells. */
function trimEnd(cells: readonly string[]): string[] {
  const end = cells.findLastIndex((cell) => cell !== '');
  return cells.slice(0, end + 1);
}

function checkHeader(
  names: readonly string[],
  { file, firstLine, columns, others }: RowsOptions,
): TableFinding[] {
  const place = (column: string): Place => ({ file, line: firstLine, column });
  const known = new Set(columns.map(({ name }) => name));
  const missing = columns
    .filter(({ name }) => !names.includes(name))
    .map(({ name }) =>
      finding(place(name), 'column-missing', `no column «${name}»`, 'add it, if only with empty cells'),
    );
  const wrong = names.flatMap((name, at) => {
    if (names.indexOf(name) !== at) {
      return [finding(place(name), 'column-twice', `«${name}» names two columns`, 'take one of them away')];
    }
    if (known.has(name) || (others !== 'refuse' && others.has(name))) return [];
    return [
      finding(
        place(name || `${at + 1}`),
        'column-unknown',
        `«${name}» is no column of this table`,
        others === 'refuse'
          ? `the columns are ${[...known].join(', ')}`
          : 'declare it in extension_definitions, or take it away',
      ),
    ];
  });
  return [...missing, ...wrong];
}

function checkRow(row: RawRow, names: readonly string[], { file, columns }: RowsOptions): TableFinding[] {
  const place = (column: string): Place => ({ file, line: row.line, column });
  const given = trimEnd(row.cells);
  if (given.length === 0) return [finding(place('1'), 'cell-count', 'an empty line', 'take it away')];
  if (given.length > names.length) {
    const surplus = `${given.length} cells for ${names.length} columns`;
    return [
      finding(place(`${names.length + 1}`), 'cell-count', surplus, 'look for a tab too many before it'),
    ];
  }
  return columns.flatMap((column) =>
    checkCell(column, row.cells[names.indexOf(column.name)] ?? '', place(column.name)),
  );
}

function checkCell({ required, values }: Column, cell: string, place: Place): TableFinding[] {
  if (cell === '') return required ? [finding(place, 'cell-required', 'an empty cell', allowed(values))] : [];
  if (!values || values.includes(cell)) return [];
  return [finding(place, 'cell-value', `«${cell}»`, allowed(values))];
}

const allowed = (values: readonly string[] | undefined): string =>
  values ? `write one of ${values.join(', ')}` : 'fill it in';
