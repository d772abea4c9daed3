import type { Database } from 'better-sqlite3';
import type { WriteTurns } from './turn.ts';

/** How far the write-ahead log has come, in pages, and how far it stands in the file. */
interface Progress {
  readonly log: number;
  readonly checkpointed: number;
}

/** Brings all of the write-ahead log into the file and empties it; false where a reader kept it from that. */
export function emptyWriteAheadLog(database: Database): boolean {
  const [ended] = database.pragma('wal_checkpoint(TRUNCATE)') as [{ readonly busy: number }];
  return ended.busy === 0;
}

/** The part of its pages with which the write-ahead log goes into the file already while nobody wants to write. */
const EARLY = 1 / 4;

/**
 * How many times its pages the write-ahead log gets long before a turn is taken to bring its end over. Until then a writer begins it
 * anew wherever nothing was written while the pages went over.
 */
const LONG = 2;

/**
 * How often the end is tried to be brought over while others write, before a turn is taken for it. SQLite syncs the file only where nothing was
 * written while the pages went over, which takes 30 ms with those of a long log and is no matter then: with the turn all would wait for it.
 */
const TRIES = 3;

/**
 * Brings the write-ahead log into the file once it has so many pages, after one's own turn to write; a part of them is enough while
 * nobody else wants to write, since commits that come behind a large checkpoint wait longer for their sync. SQLite would do it at the end
 * of a commit, and keep all others from writing meanwhile: 40 ms for 32 MB. What others write while the pages go over keeps the next
 * writer from beginning the write-ahead log anew: once that is long, its end comes over in a turn of its own. What fails here is tried
 * again after the next turn; a disk that is full is told by those who write to it.
 */
export function checkpointsBetween(
  database: Database,
  pages: number,
  turns: WriteTurns,
): () => Promise<void> {
  const checkpoint = (mode: 'NOOP' | 'PASSIVE'): Progress => {
    const [progress] = database.pragma(`wal_checkpoint(${mode})`) as [Progress];
    return progress;
  };
  const bringOver = async (): Promise<void> => {
    const present = checkpoint('NOOP');
    const enough = turns.areWanted() ? pages : pages * EARLY;
    if (present.log - present.checkpointed < enough) return;
    for (let tries = 0; tries < TRIES; tries += 1) {
      checkpoint('PASSIVE');
      // What the checkpoint itself tells is how far the write-ahead log had come when it began.
      const { log, checkpointed } = checkpoint('NOOP');
      if (log === checkpointed || log < pages * LONG) return;
    }
    const end = await turns.take();
    try {
      checkpoint('PASSIVE');
    } finally {
      end();
    }
  };
  return () => bringOver().catch(() => undefined);
}
