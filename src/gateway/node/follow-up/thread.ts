/** A thread that does a part of what follows once another one has recorded, with a connection of its own to the record log. */
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { pino } from 'pino';
import { LogUnavailableError, type Storage } from '../../../audit/index.ts';
import { openSqliteLog } from '../../../audit/sqlite/index.ts';
import { createDelivery, createUpkeep, crosswalksOf, type FollowUpReports } from './follow-up.ts';
import type { Message, Order, ThreadSettings, Woken } from './orders.ts';

/** Records that are indexed in one batch: answers wait for its commit, and for none of its mapping. */
const BATCH = 500;

/** Records of a batch in a burst between which others can write. */
const PART = 125;

/** Milliseconds between two batches, in which records come together, at least and at most. */
const [SHORTEST_REST, LONGEST_REST] = [5, 100];

/** Full batches in a row that a burst has at most: some seconds. */
const BURST = 25;

/** In a burst the others go first, and what goes on is kept up with. */
const isBurst = (full: number) => full < BURST;

/** How long a batch is rested from, in times that it took. */
const restAfter = (full: number) => (isBurst(full) ? 2 : 0.5);

/**
 * Rests in proportion to what the last batch took: where there is little to do records are found soon after they were sent, and
 * where all threads want the processors batches become larger, which costs less a record.
 */
function resting(): (full: number) => Promise<void> {
  let begunAt = 0;
  return async (full) => {
    const took = full === 0 ? 0 : performance.now() - begunAt;
    await pause(Math.min(Math.max(restAfter(full) * took, SHORTEST_REST), LONGEST_REST));
    begunAt = performance.now();
  };
}

if (!parentPort) throw new Error('this file is the beginning of a thread, and no command');
const port = parentPort;
const tell = (message: Message) => port.postMessage(message);

/** What a line of the log says of an error, which would lose its class on the way, and may hold what cannot be handed over. */
function told(error: unknown) {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { type, message, stack } = pino.stdSerializers.err(error);
  return { type, message, stack, ...('code' in error && { code: String(error.code) }) };
}

const reports: FollowUpReports = {
  report({ error, ...notice }) {
    tell({ message: 'notice', notice: error === undefined ? notice : { ...notice, error: told(error) } });
  },
  onWorthALook: () => tell({ message: 'worth-a-look' }),
};

/** What a part of the work does with orders. */
interface Work {
  readonly wake: Partial<Record<Woken, () => void>>;
  resumed?(destination: string): void;
  catchUp?(most: number): Promise<boolean>;
  close(): Promise<void>;
}

function deliveringIn(log: Storage): Work {
  const delivery = createDelivery(log, settings, crosswalksOf(settings.tables), reports);
  return {
    wake: { forwarder: () => delivery.notify() },
    resumed: (destination) => delivery.resumed(destination),
    close: () => delivery.close(),
  };
}

function upkeepOf(log: Storage): Work {
  const upkeep = createUpkeep(log, settings, crosswalksOf(settings.tables), reports, {
    batchBeside: BATCH,
    partBeside: (full) => (isBurst(full) ? PART : BATCH),
    yieldTurn: resting(),
  });
  const { indexer, sealer } = upkeep;
  return {
    wake: { indexer: () => indexer.wake(), sealer: () => sealer.wake() },
    catchUp: (most) => indexer.catchUp(most),
    close: () => upkeep.close(),
  };
}

const settings = workerData as ThreadSettings;
const isDelivery = settings.part === 'delivery';
const log = await openSqliteLog(settings.data, { turns: settings.turns, leavesCheckpoints: isDelivery });
const work = isDelivery ? deliveringIn(log) : upkeepOf(log);

async function catchUp(number: number, most: number): Promise<void> {
  try {
    tell({ message: 'caught-up', number, empty: (await work.catchUp?.(most)) ?? true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const fault = error instanceof LogUnavailableError ? error.fault : null;
    tell({ message: 'not-caught-up', number, why, fault });
  }
}

async function close(): Promise<void> {
  await work.close();
  await log.close();
  port.close();
}

port.on('message', (order: Order) => {
  switch (order.order) {
    case 'wake':
      return order.what.forEach((what) => work.wake[what]?.());
    case 'resumed':
      return work.resumed?.(order.destination);
    case 'catch-up':
      return void catchUp(order.number, order.most);
    case 'close':
      return void close();
  }
});
