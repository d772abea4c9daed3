import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalRecord } from '../src/audit/chain.ts';
import { openD1Log } from '../src/audit/d1/index.ts';
import type { Fault } from '../src/audit/index.ts';
import { openSqliteLog, openSqliteProof } from '../src/audit/sqlite/index.ts';
import { event, mapped, statement } from './runtime/log-records.ts';
import { shouldKeepTheErasureContract } from './runtime/erasure-contract.ts';
import { shouldKeepTheProofContract, type ProofDriver } from './runtime/proof-contract.ts';
import { D1Host } from './support/d1.ts';

const folder = mkdtempSync(join(tmpdir(), 'crosswalk-proof-'));
let files = 0;
const freshPath = () => join(folder, `${(files += 1)}.db`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sqlite: ProofDriver = {
  name: 'an SQLite file',
  async create() {
    const path = freshPath();
    return {
      open: () => openSqliteLog(path),
      async tamper(sql) {
        const database = new Sqlite(path);
        database.pragma('foreign_keys = OFF');
        database.exec(sql);
        database.close();
      },
    };
  },
  dispose: async () => undefined,
};

const host = new D1Host(20);

const d1: ProofDriver = {
  name: 'D1 in workerd',
  async create() {
    const database = host.database();
    return {
      open: async () => openD1Log(database),
      async tamper(sql) {
        await database.batch([database.prepare('PRAGMA defer_foreign_keys = ON'), database.prepare(sql)]);
      },
    };
  },
  dispose: () => host.dispose(),
};

shouldKeepTheProofContract(sqlite);
shouldKeepTheErasureContract(sqlite);
shouldKeepTheProofContract(d1);
shouldKeepTheErasureContract(d1);

describe('the canonical form of a record', () => {
  it('is the JSON of RFC 8785', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.record({ id: text, type: text, seq: fc.maxSafeNat(), attributes: fc.option(text) }),
        (row) => {
          const canonical = canonicalRecord({ ...row, received_at: 1, salt: 'ab' });
          expect(canonical).toBe(canonicalize(JSON.parse(canonical)));
        },
      ),
    );
  });
});

/** Every column of what the chain holds, and of what belongs to it. */
const COLUMNS = {
  records: [
    ...['seq', 'tenant', 'source', 'language', 'kind', 'id', 'version', 'type', 'received_at', 'digest'],
    ...['content', 'salt', 'attributes', 'deviations', 'body'],
  ],
  seals: ['number', 'kind', 'last', 'count', 'sealed_at', 'facts', 'links', 'value'],
  outbound: ['key', 'form', 'digest', 'body'],
  outbox: ['key', 'record'],
  attempts: ['outbox'],
  attachments: ['sha2', 'content'],
} as const;

const KEY = {
  records: 'seq',
  seals: 'number',
  outbound: 'key',
  outbox: 'key',
  attempts: 'outbox',
  attachments: 'key',
};

type Table = keyof typeof COLUMNS;

const column = fc.oneof(
  ...(Object.keys(COLUMNS) as Table[]).map((table) =>
    fc.constantFrom(...COLUMNS[table]).map((name: string) => ({ table, name })),
  ),
);

/** Another value in a value's place: one byte of a text or blob, or another number. */
function altered(value: unknown, at: number, by: number): unknown {
  if (value === null) return 'x';
  if (typeof value === 'number') return value + 1_000 + by;
  if (typeof value === 'string') {
    if (value === '') return 'x';
    const place = at % value.length;
    const other = String.fromCharCode(33 + ((value.charCodeAt(place) + by) % 90));
    return value.slice(0, place) + (other === value[place] ? '~' : other) + value.slice(place + 1);
  }
  const bytes = Buffer.from(value as Buffer);
  if (bytes.length === 0) return Buffer.from([by]);
  const place = at % bytes.length;
  bytes[place] = (bytes[place] ?? 0) ^ by;
  return bytes;
}

/** A log with everything in it, sealed in several batches. */
async function fullLog(path: string) {
  const log = await openSqliteLog(path);
  const content = new TextEncoder().encode('data');
  const { createHash } = await import('node:crypto');
  const sha2 = createHash('sha256').update(content).digest('hex');
  const deviations = [{ path: '/actor', rule: 'caliper-required', message: 'actor is missing' }];
  for (let batch = 0; batch < 4; batch += 1) {
    const records = [0, 1, 2].map((at) =>
      (at ? statement : event)(`${batch} ${at}`, { attributes: { at }, deviations }),
    );
    await log.append(records, { onConflict: 'skip', attachments: [{ sha2, content }] });
    await log.proof.seal(Infinity, batch);
  }
  const items = await log.pending('lrs', 12);
  await log.fix(items.map(({ key }) => ({ key, outbound: mapped(`{"key":${key}}`) })));
  const attempt = { at: 1, status: 200, answer: 'ok' };
  await log.settle(
    items.map(({ key }) => ({ key, state: 'delivered', attempt })),
    { destination: 'lrs', failures: 0, retryAt: 0, openedAt: null, stopped: null },
  );
  await log.close();
}

async function faultsOf(path: string): Promise<Fault[]> {
  const faults: Fault[] = [];
  const proof = openSqliteProof(path);
  await proof.verify({ onFault: (fault) => void faults.push(fault) });
  await proof.close();
  return faults;
}

describe('a sealed log in a file', () => {
  it('shows each change of each column, at the row where it was made', async () => {
    const original = freshPath();
    await fullLog(original);
    const source = new Sqlite(original);
    const copyTo = (path: string) => source.exec(`VACUUM INTO '${path}'`);
    expect(await faultsOf(original)).toEqual([]);
    const all = (Object.keys(COLUMNS) as Table[]).flatMap((table) =>
      COLUMNS[table].map((name): [{ table: Table; name: string }, number, number, number] => [
        { table, name },
        1,
        0,
        1,
      ]),
    );
    await fc.assert(
      fc.asyncProperty(
        column,
        fc.nat({ max: 20 }),
        fc.nat({ max: 5_000 }),
        fc.integer({ min: 1, max: 255 }),
        async ({ table, name }, which, at, by) => {
          const path = freshPath();
          copyTo(path);
          const database = new Sqlite(path);
          database.pragma('foreign_keys = OFF');
          // Who forges a file can drop what stands in the way, such as an index that reads JSON.
          database.exec('DROP INDEX statements_by_voided');
          const rows = database
            .prepare<[], { rowKey: number; value: unknown }>(
              `SELECT ${KEY[table]} AS rowKey, ${name} AS value FROM ${table} ORDER BY 1`,
            )
            .all();
          const row = rows[which % rows.length]!;
          const changed = altered(row.value, at, by);
          const isDigit = /^-?\d+$/.test(String(row.value)) && typeof row.value === 'number';
          database
            .prepare(`UPDATE ${table} SET ${name} = ? WHERE ${KEY[table]} = ?`)
            .run(isDigit ? Number(changed) : changed, row.rowKey);
          database.close();
          const faults = await faultsOf(path);
          const places = faults.flatMap(({ seq, seal, row: other }) => [seq, seal, other?.key]);
          // A row under another key is found there.
          const there =
            places.includes(row.rowKey) || (name === KEY[table] && places.includes(Number(changed)));
          expect(there, `${table}.${name} of ${row.rowKey}: ${JSON.stringify(faults)}`).toBe(true);
          rmSync(path);
        },
      ),
      { numRuns: 120, examples: all },
    );
    source.close();
  });

  it('shows each row that is taken away or put in', async () => {
    const original = freshPath();
    await fullLog(original);
    const source = new Sqlite(original);
    for (const table of ['records', 'seals', 'outbox'] as const) {
      const keys = source.prepare<[], { key: number }>(`SELECT ${KEY[table]} AS key FROM ${table}`).all();
      for (const { key } of keys) {
        const path = freshPath();
        source.exec(`VACUUM INTO '${path}'`);
        const database = new Sqlite(path);
        database.pragma('foreign_keys = OFF');
        database.exec(`DELETE FROM ${table} WHERE ${KEY[table]} = ${key}`);
        database.close();
        const places = (await faultsOf(path)).flatMap(({ seq, seal, row }) => [seq, seal, row?.key]);
        expect(places, `${table} ${key}`).toContain(key);
      }
    }
    const path = freshPath();
    source.exec(`VACUUM INTO '${path}'`);
    const database = new Sqlite(path);
    database.exec(`UPDATE records SET id = id || 'x' WHERE seq = 3`);
    database.exec(`INSERT INTO tombstones (first, last, seal) VALUES (5, 5, 1)`);
    database.close();
    expect((await faultsOf(path)).map(({ code, seq }) => [code, seq])).toEqual([
      ['record-changed', 3],
      ['record-inserted', 5],
      ['tombstone-changed', 5],
    ]);
    source.close();
  });
});
