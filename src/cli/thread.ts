/** A thread of `crosswalk convert`: takes batches of source texts, and gives what became of them. */
import { parentPort, workerData } from 'node:worker_threads';
import { batchConverter } from './batch.ts';
import { loadTables } from './crosswalk.ts';
import type { ThreadSettings } from './threads.ts';

const { language, mappings, options } = workerData as ThreadSettings;
const convert = batchConverter(language, await loadTables(mappings), options);
parentPort?.on('message', (texts: readonly string[]) =>
  parentPort?.postMessage(convert(texts.map((text) => ({ text })))),
);
parentPort?.postMessage('ready');
