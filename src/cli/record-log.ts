import { existsSync } from 'node:fs';
import type { Storage } from '../audit/index.ts';
import { openSqliteLog } from '../audit/sqlite/index.ts';
import { databaseOf } from './configuration.ts';
import { CommandFault } from './terminal.ts';

/** How a command is told where the record log lies. */
export interface LogPlace {
  readonly config?: string;
  readonly database?: string;
}

/**
 * Opens the record log, lets something be done with it, and closes it. Throws a {@link CommandFault} where there is no
 * log, or where it cannot be read: opening a database would make one, and nobody who looks for letters wants that.
 */
export async function withLog<Result>(
  place: LogPlace,
  work: (log: Storage) => Promise<Result>,
): Promise<Result> {
  const database = databaseOf(place);
  if (!existsSync(database)) {
    throw new CommandFault(
      `no record log at ${database}: start the gateway first, or name the file with --database`,
    );
  }
  const log = await openSqliteLog(database).catch((error: unknown) => {
    throw new CommandFault(`cannot read the record log at ${database}: ${(error as Error).message}`, {
      cause: error,
    });
  });
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}
