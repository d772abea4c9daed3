#!/usr/bin/env node
/** The `crosswalk` command: the program on the process's own streams. */
import { run } from './program.ts';
import { STATUS } from './terminal.ts';

const interruption = new AbortController();
let readerLeft = false;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // who asks twice means it
    if (interruption.signal.aborted) process.exit(STATUS.fault);
    interruption.abort();
  });
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // `crosswalk convert … | head`: nobody reads on, so there is nothing left to do
  readerLeft = true;
  interruption.abort();
});
process.stderr.on('error', () => undefined);

const status = await run(process.argv.slice(2), {
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  now: () => new Date(),
  interrupted: interruption.signal,
});
process.exitCode = readerLeft ? STATUS.done : status;
