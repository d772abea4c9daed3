import type { SqlEngine, SqlStatement } from './engine.ts';
import type { NewRecord } from './log.ts';
import { EXTEND_PROMISE, KEEP_PROMISE, SELECT_CONSISTENCY } from './sql/consistency.ts';
import type { Consistency } from './statements.ts';

/** Undoes the batch that it stands in where readers were promised that nothing so early comes any more. */
export const keepingPromise = (fresh: readonly NewRecord[]): SqlStatement => ({
  sql: KEEP_PROMISE,
  parameters: [fresh.reduce((earliest, { receivedAt }) => Math.min(earliest, receivedAt), Infinity)],
});

/** What readers were promised; with a time, after it was promised that nothing is stored up to then any more. */
export async function consistency(engine: SqlEngine, until?: number): Promise<Consistency> {
  const select = { sql: SELECT_CONSISTENCY, parameters: [] };
  const rows =
    until === undefined
      ? await engine.read(select)
      : (await engine.write([{ sql: EXTEND_PROMISE, parameters: [until] }, select])).at(-1);
  const [row] = rows ?? [];
  const queued = row?.queued ?? null;
  return { promised: Number(row?.through ?? -1), oldestQueued: queued === null ? null : Number(queued) };
}

/** Records with times of receipt that keep the promise: one that is too early is taken for later. */
export async function stampedAfterPromise(
  engine: SqlEngine,
  records: readonly NewRecord[],
): Promise<NewRecord[]> {
  const { promised } = await consistency(engine);
  return records.map((record) => {
    if (record.receivedAt > promised) return record;
    const receivedAt = promised + 1;
    const { attributes } = record;
    const stored = 'stored' in attributes ? { stored: new Date(receivedAt).toISOString() } : {};
    return { ...record, receivedAt, attributes: { ...attributes, ...stored } };
  });
}
