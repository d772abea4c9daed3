import { isListPlace } from '../../rows/json-kind.ts';
import { rowFinding } from '../../tables/check/row-finding.ts';
import type { StructureRow, TableFinding, TableSet } from '../../tables/index.ts';
import { testsOf } from '../conjunction.ts';

/**
 * Rows of `structure.tsv` that never get a turn: an earlier row for the same event types takes the same path, or the
 * same place, wherever theirs would.
 */
export function checkOverlaps({ eventFields }: TableSet): TableFinding[] {
  const rows = eventFields.filter(({ transform }) => transform !== 'raise').map(parsed);
  return rows.flatMap((row, at) => {
    const earlier = rows.slice(0, at).filter((other) => covers(other.events, row.events));
    const twin = earlier.find((other) => isUnreachable(row, other));
    if (twin) {
      const found = `line ${twin.row.at.line} takes ${row.row.caliperPath} wherever this row would`;
      return [
        rowFinding(
          row.row,
          'when',
          'row-unreachable',
          found,
          'put the row with more conditions first, or take one away',
        ),
      ];
    }
    const rival = earlier.find((other) => isOccupied(row, other));
    if (!rival) return [];
    const found = `line ${rival.row.at.line} writes ${row.row.xapiPath} wherever this row would`;
    return [
      rowFinding(
        row.row,
        'xapi_path',
        'row-overlaps',
        found,
        'choose another place, or conditions that exclude each other',
      ),
    ];
  });
}

interface Parsed {
  readonly row: StructureRow;
  /** Empty for all event types. */
  readonly events: readonly string[];
  readonly tests: ReadonlySet<string>;
  readonly writes: boolean;
  readonly reads: boolean;
  readonly echo: boolean;
}

function parsed(row: StructureRow): Parsed {
  return {
    row,
    events: row.event.split(' ').filter((event) => event !== ''),
    tests: new Set(testsOf(row.when)),
    writes: row.direction === '' || row.direction === 'c2x',
    reads: row.direction === '' || row.direction === 'x2c',
    echo: row.direction === 'echo',
  };
}

/** Rows of an event type come before those of all, so a general row stands in no particular one's way. */
const covers = (earlier: readonly string[], later: readonly string[]) =>
  later.length === 0 ? earlier.length === 0 : later.every((event) => earlier.includes(event));

const impliedBy = (earlier: Parsed, later: Parsed) =>
  [...earlier.tests].every((test) => later.tests.has(test));

/** Two rows with the same transform accept the same values; a copy takes any. */
const takesAsMuch = (earlier: StructureRow, later: StructureRow) =>
  earlier.transform === later.transform || earlier.transform === 'copy' || earlier.transform === 'rest';

function isUnreachable(later: Parsed, earlier: Parsed): boolean {
  if (later.echo || earlier.echo || later.row.caliperPath === '-') return false;
  if (later.row.caliperPath !== earlier.row.caliperPath || !impliedBy(earlier, later)) return false;
  const written = !later.writes || (earlier.writes && takesAsMuch(earlier.row, later.row));
  const read = !later.reads || (earlier.reads && samePlace(earlier.row, later.row));
  return written && read;
}

const samePlace = (earlier: StructureRow, later: StructureRow) =>
  earlier.xapiPath === later.xapiPath && earlier.transform === later.transform;

function isOccupied(later: Parsed, earlier: Parsed): boolean {
  const place = later.row.xapiPath;
  if (place === '-' || place !== earlier.row.xapiPath || isListPlace(place)) return false;
  if (later.row.caliperPath === earlier.row.caliperPath || later.echo !== earlier.echo) return false;
  const bothWrite = (later.writes && earlier.writes) || later.echo;
  return bothWrite && impliedBy(earlier, later) && !later.row.when.includes('has ');
}
