import { describedWith, type Indexing, type Storage, type StoredRecord } from '../../audit/index.ts';
import { isObject, isString, type JsonObject } from '../../json/index.ts';
import type { Crosswalk } from '../../mappings/index.ts';
import { statementTerms } from '../../xapi/index.ts';
import type { Notice } from '../services.ts';
import { shared } from '../shared.ts';

/** Records that are indexed in one batch for a request that waits for them, and beside the requests by default. */
const BATCH = 50;
const BATCH_BESIDE = 100;

/** Milliseconds that a batch takes at most, and work beside the requests between two batches, unless it was cut off. */
const LONGEST_BATCH = 5_000;
const LONGEST_SILENCE = 30_000;

/** What an indexer works with. */
export interface IndexerOptions {
  readonly log: Storage;
  /** The tables of a tenant. */
  readonly crosswalk: (tenant: string) => Crosswalk;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  readonly report: (notice: Notice) => void;
  /** Runs work beside the requests. */
  readonly schedule: (work: () => Promise<void>) => void;
  /** Ends the work that is scheduled, after its current batch. */
  readonly signal?: AbortSignal;
  /**
   * Waits between batches beside the requests, of which so many in a row were full; by default for what else the host has
   * to do.
   */
  readonly yieldTurn?: (full: number) => Promise<void>;
  /** Records of a batch beside the requests. */
  readonly batchBeside?: number;
  /** Records of such a batch that are written in one go, after so many full ones in a row; by default all of them. */
  readonly partBeside?: (full: number) => number;
}

const nextTurn = () => new Promise<void>((resolve) => void setTimeout(resolve, 0));

/**
 * Indexes events as the statements that they map to. The queue stands in the log: what one process leaves, the next
 * one takes up, and two that work at once do no harm.
 */
export interface Indexer {
  /** Indexes up to `most` records of the queue. True where the queue is empty then. */
  catchUp(most: number): Promise<boolean>;
  /** Has the whole queue indexed beside the requests. */
  wake(): void;
}

/** The statement that a record is or maps to, as xAPI 1.0 or 2.0 has it; null where there is none. */
export function mappedStatement(
  record: StoredRecord,
  crosswalk: Crosswalk,
  target: string,
): JsonObject | null {
  if (record.language === 'xapi') return JSON.parse(record.body) as JsonObject;
  const receivedAt = new Date(record.receivedAt).toISOString();
  const conversion = crosswalk.toXapi(record.body, { receivedAt, target, ...describedWith(record) });
  return conversion.ok ? conversion.record : null;
}

/** A statement with the authority that this LRS gave it, which queries ask for too. */
function vouchedFor(
  statement: JsonObject,
  { language, attributes: { authority } }: StoredRecord,
): JsonObject {
  return language === 'xapi' && isObject(authority) ? { ...statement, authority } : statement;
}

function indexingOf(record: StoredRecord, crosswalk: Crosswalk): Indexing {
  const statement = mappedStatement(record, crosswalk, '2.0');
  if (!statement) return { record, statement: null };
  const { id } = record.language === 'xapi' ? record : statement;
  if (!isString(id)) return { record, statement: null };
  return {
    record,
    statement: { id: id.toLowerCase(), entry: statementTerms(vouchedFor(statement, record)) },
  };
}

export function createIndexer(options: IndexerOptions): Indexer {
  const {
    log,
    crosswalk,
    now,
    report,
    schedule,
    signal,
    yieldTurn = nextTurn,
    batchBeside = BATCH_BESIDE,
    partBeside,
  } = options;
  const indexed = (record: StoredRecord): Indexing => {
    try {
      return indexingOf(record, crosswalk(record.tenant));
    } catch (error) {
      // One record that the mapping fails on must not hold the others back.
      report({ level: 'error', event: 'not-indexed', seq: record.seq, error });
      return { record, statement: null };
    }
  };
  const batch = async (size: number, part?: number): Promise<boolean> => {
    const records = await log.statements.queue(size);
    await log.statements.index(records.map(indexed), part);
    return records.length < size;
  };
  /** One batch at a time: requests that come together wait for the same one. */
  const step = shared(batch, LONGEST_BATCH);
  const catchUp = async (most: number): Promise<boolean> => {
    for (let left = most; left > 0; left -= BATCH) {
      if (await step(Math.min(left, BATCH))) return true;
    }
    return false;
  };
  /** Until when what goes on beside the requests is taken to go on, in milliseconds since 1970. */
  let awakeUntil = -Infinity;
  const stayAwake = () => {
    awakeUntil = now() + LONGEST_SILENCE;
  };
  const work = async (): Promise<void> => {
    try {
      // Mapping takes time: requests go first. Larger batches would not catch up sooner, and hold each of them up for longer.
      for (let full = 0; ; full += 1) {
        stayAwake();
        await yieldTurn(full);
        if (signal?.aborted || (await step(batchBeside, partBeside?.(full)))) break;
      }
    } catch (error) {
      report({ level: 'error', event: 'index-unavailable', error });
    } finally {
      awakeUntil = -Infinity;
    }
  };
  return {
    catchUp,
    wake() {
      if (now() < awakeUntil) return;
      stayAwake();
      schedule(work);
    },
  };
}
