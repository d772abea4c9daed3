import { contentOf } from './content.ts';
import type { SqlEngine, SqlRow, SqlStatement } from './engine.ts';
import { chunks, groupedBy } from './lists.ts';
import type { NewRecord, RecordKind } from './log.ts';
import { storable, timeOf, UNTIMED } from './rows.ts';
import { SELECT_EVENTS_OF_NAMES, SELECT_UNTIMED } from './sql/events.ts';
import { SELECT_BODIES, SELECT_STATEMENTS_OF_IDS } from './sql/records.ts';

/** A record that is in the log. */
export interface Held {
  readonly seq: number;
  readonly kind: RecordKind;
  readonly digest: string;
  /** Its content in hex where the log keeps it; else empty. */
  readonly content: string;
}

const isStatement = ({ kind }: NewRecord) => kind === 'statement';

const statementName = (tenant: string, id: string) => JSON.stringify([tenant, id]);
const eventName = (tenant: string, id: string, time: string) => JSON.stringify([tenant, id, time]);

/**
 * What no two records have unless one of them repeats the other or says something else in its stead: the id of a statement, id and time
 * of an event. Descriptions of an entity follow one another under one id: they have none.
 */
export function nameOf(record: NewRecord): string | undefined {
  const [tenant, id] = [storable(record.tenant), storable(record.id)];
  if (isStatement(record)) return statementName(tenant, id);
  return record.kind === 'event' ? eventName(tenant, id, timeOf(record)) : undefined;
}

/** What makes an event or a describe the same one, wherever another has its id too. */
export const keyOf = ({ tenant, id }: Pick<NewRecord, 'tenant' | 'id'>, content: string): string =>
  JSON.stringify([storable(tenant), storable(id), content]);

/** Records that one look-up asks for: its list stays small beside every engine's limit for a parameter. */
const LOOKED_UP = 1_000;

/** Bodies that are read at once: they are as large as any. */
const BODIES = 20;

function statementLookUps(tenant: string, statements: readonly NewRecord[]): SqlStatement[] {
  return chunks(statements, LOOKED_UP).map((some) => ({
    sql: SELECT_STATEMENTS_OF_IDS,
    parameters: [JSON.stringify(some.map(({ id }) => storable(id))), tenant],
  }));
}

/** Time or null, id, and what stands in hex in `variant`. */
type Wanted = readonly [time: string | null, id: string, variant: string];

function eventLookUps(tenant: string, wanted: readonly Wanted[]): SqlStatement[] {
  return chunks(wanted, LOOKED_UP).map((some) => ({
    sql: SELECT_EVENTS_OF_NAMES,
    parameters: [JSON.stringify(some), tenant],
  }));
}

const heldOf = ({ seq, kind, digest, content }: SqlRow): Held => ({
  seq: Number(seq),
  kind: String(kind) as RecordKind,
  digest: String(digest),
  content: String(content),
});

/** Finds records in the log by what makes them the same. */
export interface LookUp {
  /** True where the log holds events or describes of older versions, which no time tells: none but their contents do. */
  hasUntimed(): Promise<boolean>;

  /** The first record of the log under the name of each of these that has one, by {@link nameOf}. */
  named(records: readonly NewRecord[]): Promise<Map<string, Held>>;

  /** The records of the log that are one of these events and describes, whose contents are known, by {@link keyOf}. */
  same(records: readonly (readonly [NewRecord, content: string])[]): Promise<Map<string, Held>>;

  /** The contents of records of the log; without those that were erased since they were found. */
  contents(held: readonly Held[]): Promise<Map<Held, string>>;
}

/** Looks records up over any engine whose schema is at the present. */
export function createLookUp(engine: SqlEngine): LookUp {
  // Asked once: what is stored from now on has its time.
  let known: boolean | undefined;
  const hasUntimed = async () => {
    known ??= (await engine.read({ sql: SELECT_UNTIMED, parameters: [] })).length > 0;
    return known;
  };
  const rowsOf = async (statements: readonly SqlStatement[]) =>
    (await Promise.all(statements.map((statement) => engine.read(statement)))).flat();

  return {
    hasUntimed,

    async named(records) {
      const found = new Map<string, Held>();
      for (const [tenant, own] of groupedBy(records, (record) => storable(record.tenant))) {
        for (const row of await rowsOf(statementLookUps(tenant, own.filter(isStatement)))) {
          found.set(statementName(tenant, String(row.id)), heldOf(row));
        }
        const events = own.filter(({ kind }) => kind === 'event');
        const wanted = events.map((event): Wanted => [timeOf(event), storable(event.id), '']);
        for (const row of await rowsOf(eventLookUps(tenant, wanted))) {
          found.set(eventName(tenant, String(row.id), String(row.event_time)), heldOf(row));
        }
      }
      return found;
    },

    async same(records) {
      const found = new Map<string, Held>();
      const times = (await hasUntimed()) ? [UNTIMED] : [];
      for (const [tenant, own] of groupedBy(records, ([record]) => storable(record.tenant))) {
        const wanted = own.flatMap(([record, content]) =>
          [timeOf(record), ...times].map((time): Wanted => [time, storable(record.id), content]),
        );
        for (const row of await rowsOf(eventLookUps(tenant, wanted))) {
          found.set(keyOf({ tenant, id: String(row.id) }, String(row.variant)), heldOf(row));
        }
      }
      return found;
    },

    async contents(held) {
      const found = new Map<Held, string>();
      for (const one of held) if (one.content !== '') found.set(one, one.content);
      const unknown = held.filter(({ content }) => content === '');
      for (const some of chunks(unknown, BODIES)) {
        const keys = JSON.stringify(some.map(({ seq }) => seq));
        const rows = await engine.read({ sql: SELECT_BODIES, parameters: [keys] });
        const bodies = new Map(rows.map(({ seq, body }) => [Number(seq), String(body)]));
        for (const one of some) {
          const body = bodies.get(one.seq);
          if (body !== undefined) found.set(one, await contentOf(engine.sha256, { kind: one.kind, body }));
        }
      }
      return found;
    },
  };
}
