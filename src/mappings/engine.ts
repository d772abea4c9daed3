import type { Ontology } from '../ontology/index.ts';
import { createAgents } from './agents.ts';
import type { ChoiceParts } from './choose.ts';
import { createEntities } from './entities.ts';
import { compileIdentity, identityFaults, type Identity } from './identity.ts';
import { pairLanguage } from './rows/pair-conditions.ts';
import { compileRow, rowsOf, type EventRows, type StructureRow } from './rows/structure.ts';
import type { TableRow, TableSet } from './tables/index.ts';
import type { TransformParts } from './transforms/index.ts';
import { compileVocabulary } from './vocabulary.ts';

/** A cell that the engine cannot run, with the row that it stands in. */
export interface RowFault {
  readonly row: TableRow;
  readonly column: string;
  readonly message: string;
}

/** The compiled tables: everything that a conversion runs on. */
export interface Engine extends TransformParts, ChoiceParts {
  /** Version and digest of the tables, as a residual names them. */
  readonly map: string;
  /** Event types whose object's class is raised to the one that the event asks for. */
  readonly raising: ReadonlySet<string>;
  readonly faults: readonly RowFault[];
  readonly identity: Identity;
}

/** The name in the `transform` column of rows that say that an event type raises its object's class. */
const RAISE = 'raise';

/** How much of the tables' digest a residual names: enough to tell two sets of tables apart. */
const DIGEST_LENGTH = 12;

/** Compiles the tables once. Rows that cannot be understood are left out and listed as faults. */
export function compileEngine(tables: TableSet, ontology: Ontology): Engine {
  const { defaults } = tables;
  const vocabulary = compileVocabulary(tables, ontology);
  const entities = createEntities(tables.entityFields, defaults, vocabulary, ontology);
  const faults: RowFault[] = tables.identities.flatMap((row) =>
    identityFaults(row).map((fault) => ({ row, ...fault })),
  );
  const unreadable = new Set(faults.map(({ row }) => row));
  const identity = compileIdentity(tables.identities.filter((row) => !unreadable.has(row)));
  const agents = createAgents(identity, vocabulary);
  const parts: TransformParts = { agents, entities, vocabulary, ontology, defaults };
  const language = pairLanguage(vocabulary, entities, ontology);
  const rows: StructureRow[] = [];
  const raising = new Set<string>();
  for (const row of tables.eventFields) {
    if (row.transform === RAISE) {
      for (const event of row.event.split(' ')) raising.add(event);
      continue;
    }
    const compiled = compileRow(row, parts, language);
    if ('column' in compiled) faults.push({ row, ...compiled });
    else rows.push(compiled);
  }
  const perEvent = new Map<string, EventRows>();
  const rowsFor = (eventType: string) => {
    const known = perEvent.get(eventType);
    if (known) return known;
    const found = rowsOf(rows, eventType);
    perEvent.set(eventType, found);
    return found;
  };
  const { version, digest } = tables.release;
  const map = `${version}+${digest.slice(0, DIGEST_LENGTH)}`;
  return { ...parts, map, rowsFor, raising, faults, identity };
}
