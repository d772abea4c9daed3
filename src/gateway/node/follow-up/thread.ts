/** A thread that follows up on what another one records, with a connection of its own to the record log. */
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { pino } from 'pino';
import { LogUnavailableError } from '../../../audit/index.ts';
import { openSqliteLog } from '../../../audit/sqlite/index.ts';
import { createFollowUp, crosswalksOf, type FollowUpReports } from './follow-up.ts';
import type { Message, Order, ThreadSettings } from './orders.ts';

/** Records that are indexed in one batch: answers wait for its commit, and for none of its mapping. */
const BATCH = 500;

/** Milliseconds between two batches, in which records come together. */
const GATHER = 50;

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

const settings = workerData as ThreadSettings;
const log = await openSqliteLog(settings.data, { turns: settings.turns, leavesCheckpoints: false });
const followUp = createFollowUp(log, settings, crosswalksOf(settings.tables), reports, {
  batchBeside: BATCH,
  yieldTurn: () => pause(GATHER),
});

const wake = {
  forwarder: () => followUp.notify(),
  indexer: () => followUp.indexer.wake(),
  sealer: () => followUp.sealer.wake(),
};

async function catchUp(number: number, most: number): Promise<void> {
  try {
    tell({ message: 'caught-up', number, empty: await followUp.indexer.catchUp(most) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const fault = error instanceof LogUnavailableError ? error.fault : null;
    tell({ message: 'not-caught-up', number, why, fault });
  }
}

async function close(): Promise<void> {
  await followUp.close();
  await log.close();
  port.close();
}

port.on('message', (order: Order) => {
  switch (order.order) {
    case 'wake':
      return order.what.forEach((what) => wake[what]());
    case 'resumed':
      return followUp.resumed(order.destination);
    case 'catch-up':
      return void catchUp(order.number, order.most);
    case 'close':
      return void close();
  }
});
