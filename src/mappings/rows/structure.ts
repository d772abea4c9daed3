import type { Ontology } from '../../ontology/index.ts';
import type { Entities } from '../entities.ts';
import { IRI } from '../iris.ts';
import type { State } from '../state.ts';
import type { StructureRow as TableRow } from '../tables/index.ts';
import { makeTransform, transformNames, type Transform, type TransformParts } from '../transforms/index.ts';
import { caliperPath, type CaliperPath } from './caliper-path.ts';
import { compileCondition, ConditionError, type Condition, type ConditionLanguage } from './condition.ts';
import { compilePlace, type Place } from './place.ts';

/** A compiled row. `-` in a path column leaves that side out. */
export interface StructureRow {
  readonly name: string;
  readonly events: readonly string[];
  readonly caliper: CaliperPath | undefined;
  readonly place: Place | undefined;
  readonly transform: Transform;
  readonly when: Condition<State>;
  readonly toStatement: boolean;
  readonly toEvent: boolean;
  readonly echo: boolean;
  /** How deep the Caliper path goes: 1 for a member of the event. */
  readonly depth: number;
  /** True where the row serves only events that say in which slot a foreign attempt stood. */
  readonly hinted: boolean;
}

/** A cell of a structure table that cannot be understood. */
export interface CellFault {
  readonly column: 'event' | 'caliper_path' | 'xapi_path' | 'transform' | 'when' | 'direction';
  readonly message: string;
}

const DIRECTIONS = ['', 'c2x', 'x2c', 'echo'];

/** Compiles a row, or tells which of its cells cannot be understood and what would be right. */
export function compileRow(
  cells: TableRow,
  parts: TransformParts,
  language: ConditionLanguage<State>,
): StructureRow | CellFault {
  const { ontology, entities } = parts;
  if (!DIRECTIONS.includes(cells.direction)) {
    return {
      column: 'direction',
      message: `«${cells.direction}» is none of ${DIRECTIONS.slice(1).join(', ')} or empty`,
    };
  }
  const events = cells.event.split(' ').filter((event) => event !== '');
  const stranger = events.find((event) => !ontology.isEventType(event));
  if (stranger !== undefined) return { column: 'event', message: `«${stranger}» is no Caliper event type` };
  const caliper = cells.caliperPath === '-' ? undefined : caliperPath(cells.caliperPath);
  if (!caliper && cells.caliperPath !== '-') {
    return { column: 'caliper_path', message: `«${cells.caliperPath}» is no path such as object.isPartOf` };
  }
  const place = cells.xapiPath === '-' ? undefined : placeOf(cells.xapiPath, entities, ontology);
  if (!place && cells.xapiPath !== '-') {
    return { column: 'xapi_path', message: `«${cells.xapiPath}» is no place such as result.score.raw` };
  }
  const transform = makeTransform(cells.transform, parts);
  if (!transform) {
    return { column: 'transform', message: `«${cells.transform}» is none of ${transformNames.join(', ')}` };
  }
  try {
    const when = compileCondition(cells.when, language);
    const echo = cells.direction === 'echo';
    return {
      name: cells.row,
      events,
      caliper,
      place,
      transform,
      when,
      echo,
      toStatement: cells.direction !== 'x2c',
      toEvent: caliper !== undefined && !echo && cells.direction !== 'c2x',
      depth: caliper?.steps.length ?? 0,
      hinted: cells.when.startsWith(`extensions[${IRI.object}]`),
    };
  } catch (error) {
    if (error instanceof ConditionError) return { column: 'when', message: error.message };
    throw error;
  }
}

function placeOf(path: string, entities: Entities, ontology: Ontology): Place | undefined {
  return compilePlace(
    path,
    (activity) => entities.classOf(activity),
    (term, ancestor) => ontology.isSubclass(term, ancestor),
  );
}

/** The rows of one event type, in the orders in which they run. */
export interface EventRows {
  /** Order of the table, the event type's own rows first: what is written into the statement. */
  readonly written: readonly StructureRow[];
  /** The deepest paths first, so that a whole knows which of its parts others carry. */
  readonly claiming: readonly StructureRow[];
  /** The shallowest paths first, so that a part finds the object that it belongs to; late transforms last. */
  readonly read: readonly StructureRow[];
  readonly echoes: readonly StructureRow[];
}

/** Picks and orders the rows of an event type: its own, then those of all events. */
export function rowsOf(rows: readonly StructureRow[], eventType: string): EventRows {
  const own = rows.filter(({ events }) => events.includes(eventType));
  const written = [...own, ...rows.filter(({ events }) => events.length === 0)];
  const stable = (rank: (row: StructureRow) => number) => (a: StructureRow, b: StructureRow) =>
    rank(a) - rank(b);
  return {
    written,
    claiming: written
      .filter((row) => row.toStatement && !row.echo && row.caliper)
      .sort(stable((row) => -row.depth)),
    read: written
      .filter((row) => row.toEvent)
      .sort(stable((row) => row.depth + (row.transform.late ? 100 : 0))),
    echoes: written.filter((row) => row.echo),
  };
}
