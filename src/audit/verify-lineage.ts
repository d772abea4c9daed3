import { sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Sha256, SqlEngine, SqlRow } from './engine.ts';
import type { Fault } from './proof.ts';
import { bytesOf } from './rows.ts';
import {
  SELECT_ATTACHMENTS,
  SELECT_DOCUMENTS,
  SELECT_FORMER,
  SELECT_LINEAGE,
  SELECT_UNRECORDED,
  SELECT_UNSENT,
  SELECT_UNSTATED,
} from './sql/lineage.ts';

/** Rows that are read at once: few, since each can hold a large body. */
const PAGE = 32;

/** SHA-2 by the length of the digest in hex digits; SHA-256 is the host's own. */
const HASHES = new Map<number, Sha256>([
  [56, sha224],
  [96, sha384],
  [128, sha512],
]);

/** Where a fault is told, and how far the check is. */
export interface Told {
  readonly fault: (fault: Fault) => Promise<void>;
  readonly reached: (key: number) => void;
  readonly stopped: () => boolean;
}

/** Goes through rows by their keys, page by page; gives how many there were. */
async function through(
  engine: SqlEngine,
  sql: string,
  { fault, reached, stopped }: Told,
  check: (row: SqlRow, key: number) => Promise<Fault[]> | Fault[],
): Promise<number> {
  let count = 0;
  for (let behind = 0; !stopped();) {
    const rows = await engine.read({ sql, parameters: [behind, PAGE] });
    for (const row of rows) {
      behind = Number(row.key);
      for (const found of await check(row, behind)) await fault(found);
    }
    count += rows.length;
    if (rows.length < PAGE) break;
    reached(behind);
  }
  return count;
}

async function formFaults(engine: SqlEngine, table: string, row: SqlRow, key: number): Promise<Fault[]> {
  const place = { row: { table, key }, ...(row.record === null ? {} : { seq: Number(row.record) }) };
  const lost: Fault[] =
    row.record === null
      ? [{ code: 'orphan', ...place, message: 'the delivery that it belongs to is not there' }]
      : [];
  if (row.form === null || (row.form === 'received' && row.body === null)) return lost;
  const known = row.form === 'mapped' || row.form === 'edited';
  const found = known && row.body !== null ? bytesToHex(await engine.sha256(bytesOf(row, 'body'))) : null;
  if (found === row.digest) return lost;
  const message =
    found === null
      ? `the form ${JSON.stringify(row.form)} does not go with ${row.body === null ? 'no text' : 'a text'}`
      : `the text has the SHA-256 ${found}; fixed was ${String(row.digest)}`;
  return [...lost, { code: 'outbound-changed', ...place, message }];
}

/** Checks outbound forms, present and former, and that everything belongs to a delivery of a record. */
export async function checkLineage(engine: SqlEngine, told: Told): Promise<number> {
  const orphans = (table: string, whose: string) => (_row: SqlRow, key: number) => [
    { code: 'orphan', row: { table, key }, message: `${whose} that it belongs to is not there` } as const,
  ];
  const outbound = await through(engine, SELECT_LINEAGE, told, (row, key) =>
    formFaults(engine, 'outbound', row, key),
  );
  const quiet = { ...told, reached: () => undefined };
  await through(engine, SELECT_FORMER, quiet, (row, key) => formFaults(engine, 'interventions', row, key));
  await through(engine, SELECT_UNRECORDED, quiet, orphans('outbox', 'the record'));
  await through(engine, SELECT_UNSENT, quiet, orphans('attempts', 'the delivery'));
  await through(engine, SELECT_UNSTATED, quiet, (row, key) => [
    {
      code: 'tombstone-changed',
      seq: key,
      message: `no erasure under the seal ${String(row.seal)} speaks of it`,
    },
  ]);
  return outbound;
}

/** Checks the data of attachments against their hashes. */
export function checkAttachments(engine: SqlEngine, told: Told): Promise<number> {
  return through(engine, SELECT_ATTACHMENTS, told, async (row, key) => {
    const digest = String(row.digest);
    const hash = HASHES.get(digest.length) ?? engine.sha256;
    const found = bytesToHex(await hash(bytesOf(row, 'content')));
    if (found === digest) return [];
    const message = `the data has the hash ${found}; received was ${digest}`;
    return [{ code: 'attachment-changed', row: { table: 'attachments', key }, message }];
  });
}

/** Checks documents against their entity tags. */
export function checkDocuments(engine: SqlEngine, told: Told): Promise<number> {
  return through(engine, SELECT_DOCUMENTS, told, (row, key) => {
    const found = bytesToHex(sha1(bytesOf(row, 'content')));
    if (found === row.digest) return [];
    const message = `the content has the entity tag ${found}; stored was ${String(row.digest)}`;
    return [{ code: 'document-changed', row: { table: 'documents', key }, message }];
  });
}
