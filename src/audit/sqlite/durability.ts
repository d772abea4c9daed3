import { close, fdatasync, open } from 'node:fs';
import { promisify } from 'node:util';
import type { Database } from 'better-sqlite3';
import { LogUnavailableError } from '../log.ts';
import { emptyWriteAheadLog } from './checkpoint.ts';
import { faultOf } from './engine.ts';
import type { WriteTurns } from './turn.ts';

/** Makes what was committed outlast a power cut. */
export interface Durability {
  /**
   * Resolves once all that was committed before the call is durable. Those who come while the disk works share the next
   * sync. Rejects with a {@link LogUnavailableError} where it is not known to be.
   */
  sync(this: void): Promise<void>;
  /** Resolves when no sync is under way. None may be begun afterwards. */
  close(this: void): Promise<void>;
}

function unsynced(cause: unknown): LogUnavailableError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  return new LogUnavailableError(`the write-ahead log could not be synced: ${error.message}`, {
    cause,
    fault: faultOf('code' in error ? String(error.code) : ''),
  });
}

/** A file that can be synced. */
interface SyncedFile {
  datasync(this: void): Promise<void>;
  close(this: void): Promise<void>;
}

/** Opens a file to sync it. No `FileHandle`: that is told of as a leak where a log is let go without being closed. */
async function opened(path: string): Promise<SyncedFile> {
  const file = await promisify(open)(path, 'r+');
  return { datasync: () => promisify(fdatasync)(file), close: () => promisify(close)(file) };
}

/**
 * Syncs the write-ahead log by the operating system's own threads. SQLite would do it within the commit, and keep the thread
 * from its requests and the others from writing while the disk works. For that the database has to be in WAL mode with
 * `synchronous = NORMAL`, in which commits sync nothing and checkpoints all that they need.
 *
 * A system that fails to write a page may forget that it did: after a failed sync a later one may succeed though a hole is
 * left in the write-ahead log, behind which nothing would be found after a power cut. So once one has failed, nothing is taken for
 * durable before all of the write-ahead log has come into the file of the database.
 */
export function durabilityOf(
  database: Database,
  turns?: WriteTurns,
  openFile: (path: string) => Promise<SyncedFile> = opened,
): Durability {
  let file: SyncedFile | undefined;
  let broken = false;
  let present: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  const path = (): string => {
    const [main] = database.pragma('database_list') as [{ readonly file: string }];
    return `${main.file}-wal`;
  };
  const bringOver = async (): Promise<void> => {
    const end = await turns?.take();
    try {
      if (!emptyWriteAheadLog(database)) throw new Error('a reader kept it from being brought into the file');
    } finally {
      end?.();
    }
  };
  const work = async (): Promise<void> => {
    try {
      if (broken) await bringOver();
      else await (file ??= await openFile(path())).datasync();
      broken = false;
    } catch (error) {
      broken = true;
      throw unsynced(error);
    }
  };
  return {
    sync() {
      next ??= present
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          return (present = work());
        });
      return next;
    },
    async close() {
      await next?.catch(() => undefined);
      await present.catch(() => undefined);
      await file?.close();
      file = undefined;
    },
  };
}
