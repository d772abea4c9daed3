import type { SqlEngine, SqlStatement } from './engine.ts';
import { chunks, groupedBy } from './lists.ts';
import type { NewRecord } from './log.ts';
import { storable, timeOf, UNTIMED } from './rows.ts';
import { SELECT_EVENTS_OF_IDS, SELECT_UNTIMED } from './sql/events.ts';
import { SELECT_STATEMENTS_OF_IDS } from './sql/records.ts';

/** A record that is in the log. */
export interface Held {
  readonly content: string;
  readonly seq: number;
}

const isStatement = ({ kind }: NewRecord) => kind === 'statement';

const statementKey = (tenant: string, id: string) => JSON.stringify([tenant, id]);
const eventKey = (tenant: string, id: string, content: string) => JSON.stringify([tenant, id, content]);

/** What makes a record the same one: a statement's id, an event's or a describe's id and content. */
export function identity(record: NewRecord): string {
  const [tenant, id] = [storable(record.tenant), storable(record.id)];
  return isStatement(record) ? statementKey(tenant, id) : eventKey(tenant, id, record.content);
}

/** Records that one look-up asks for: its list stays small beside every engine's limit for a parameter. */
const LOOKED_UP = 1_000;

function statementLookUps(tenant: string, statements: readonly NewRecord[]): SqlStatement[] {
  return chunks(statements, LOOKED_UP).map((some) => ({
    sql: SELECT_STATEMENTS_OF_IDS,
    parameters: [JSON.stringify(some.map(({ id }) => storable(id))), tenant],
  }));
}

function eventLookUps(tenant: string, events: readonly NewRecord[], hasUntimed: boolean): SqlStatement[] {
  const wanted = events.flatMap((event) => {
    const times = hasUntimed ? [timeOf(event), UNTIMED] : [timeOf(event)];
    return times.map((time) => [time, storable(event.id), event.content]);
  });
  return chunks(wanted, LOOKED_UP).map((some) => ({
    sql: SELECT_EVENTS_OF_IDS,
    parameters: [JSON.stringify(some), tenant],
  }));
}

/** Finds records in the log by what makes them the same. */
export interface LookUp {
  /**
   * True where the unique indexes tell each repeat of the records. They do not tell one of an event that an older version
   * stored: its row says nothing of its time.
   */
  isTold(records: readonly NewRecord[]): Promise<boolean>;

  /** The records of the log that hold an identity of one of these, by it. */
  held(records: readonly NewRecord[]): Promise<Map<string, Held>>;
}

/** Looks records up over any engine whose schema is at the present. */
export function createLookUp(engine: SqlEngine): LookUp {
  // Asked once: what is stored from now on has its time.
  let known: boolean | undefined;
  const hasUntimed = async () => {
    known ??= (await engine.read({ sql: SELECT_UNTIMED, parameters: [] })).length > 0;
    return known;
  };
  const heldBy = async (statements: readonly SqlStatement[]) =>
    (await Promise.all(statements.map((statement) => engine.read(statement))))
      .flat()
      .map(({ id, content, seq }) => ({ id: String(id), content: String(content), seq: Number(seq) }));

  return {
    async isTold(records) {
      return records.every(isStatement) || !(await hasUntimed());
    },

    async held(records) {
      const holders = new Map<string, Held>();
      for (const [tenant, own] of groupedBy(records, (record) => storable(record.tenant))) {
        const events = own.filter((record) => !isStatement(record));
        for (const one of await heldBy(statementLookUps(tenant, own.filter(isStatement)))) {
          holders.set(statementKey(tenant, one.id), one);
        }
        if (events.length === 0) continue;
        for (const one of await heldBy(eventLookUps(tenant, events, await hasUntimed()))) {
          holders.set(eventKey(tenant, one.id, one.content), one);
        }
      }
      return holders;
    },
  };
}
