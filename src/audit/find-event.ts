import type { SqlEngine } from './engine.ts';
import type { StoredRecord } from './log.ts';
import { recordOf, secondOf, storable, UNTIMED } from './rows.ts';
import { SELECT_NEWEST_EVENT, SELECT_QUEUED_OF_ID } from './sql/events.ts';

/** Records of the queue that one step of a search goes through: a few milliseconds. */
const STRETCH = 1_000;

/** Lets others have their turn. */
const pause = () => new Promise<void>((resolve) => void setTimeout(resolve, 0));

/** The newest record under an id among those that are still to be indexed, by its key. */
async function queuedUnder(engine: SqlEngine, tenant: string, id: string): Promise<number | null> {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const parameters = [tenant, id, before, STRETCH];
    const [row] = await engine.read({ sql: SELECT_QUEUED_OF_ID, parameters });
    if (row?.seq !== undefined && row.seq !== null) return Number(row.seq);
    if (row?.begin === undefined || row.begin === null) return null;
    before = Number(row.begin);
    await pause();
  }
}

/**
 * The newest event or describe under an id. What is still to be indexed is found by its time as well, or by a search through
 * all that is.
 */
export async function findEvent(
  engine: SqlEngine,
  tenant: string,
  id: string,
  eventTime: string | undefined,
): Promise<StoredRecord | null> {
  const named = [storable(tenant), storable(id)] as const;
  // The queue first: what leaves it in between is among the indexed.
  const queued = eventTime === undefined ? await queuedUnder(engine, ...named) : null;
  const times = [UNTIMED, '', ...(eventTime === undefined ? [] : [secondOf(eventTime)])];
  const parameters = [queued, JSON.stringify(times), ...named, ...named];
  const [row] = await engine.read({ sql: SELECT_NEWEST_EVENT, parameters });
  return row ? recordOf(row) : null;
}
