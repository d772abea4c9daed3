import { isObject, type JsonValue } from '../json/index.ts';
import type { SqlEngine, SqlRow, SqlStatement, SqlValue } from './engine.ts';
import {
  NOTHING_ERASED,
  sumOf,
  type ErasureCounts,
  type ErasureNote,
  type Erasures,
  type RetentionLimit,
  type Tombstone,
} from './erasures.ts';
import { chunks } from './lists.ts';
import type { ChainHead } from './proof.ts';
import { bytesOf, storable } from './rows.ts';
import { behindTheHead, sealing, sealRecords } from './seal.ts';
import {
  BLANK_ANSWERS,
  BLANK_STOPS,
  COUNT_ANSWERS,
  DELETE_TERM_COUNTS,
  COUNT_DELIVERIES,
  DELETE_ATTACHMENTS,
  DELETE_KEYED_DOCUMENTS,
  ERASE_RECORDS,
  INSERT_TOMBSTONES,
  SELECT_AGED,
  SELECT_CROWDED,
  SELECT_ERASABLE,
  SELECT_ERASED_DELIVERIES,
  SELECT_NAMING,
  SELECT_TENANTS_DOCUMENTS,
  SELECT_TOMBSTONE,
} from './sql/erasures.ts';

/** Records that one batch erases. */
const BATCH = 200;

/** Numbers in order as ranges. */
function rangesOf(seqs: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last?.[1] === seq - 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}

function hashesIn(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(hashesIn);
  if (!isObject(value)) return [];
  const own = typeof value.sha2 === 'string' ? [value.sha2.toLowerCase()] : [];
  return [...own, ...Object.values(value).flatMap(hashesIn)];
}

const attachedTo = (rows: readonly SqlRow[]) => [
  ...new Set(
    rows.flatMap(({ body }) => (typeof body === 'string' ? hashesIn(JSON.parse(body) as JsonValue) : [])),
  ),
];

async function deliveriesOf(engine: SqlEngine, list: string): Promise<Partial<ErasureCounts>> {
  const rows = await engine.read({ sql: COUNT_DELIVERIES, parameters: [list] });
  const delivered: Record<string, number> = {};
  let undelivered = 0;
  for (const { destination, state, count } of rows) {
    if (state === 'delivered') delivered[String(destination)] = Number(count);
    else if (state !== 'discarded') undelivered += Number(count);
  }
  return { delivered, undelivered };
}

/** The batch that erases records under one seal. The last but one of its statements names the attachments. */
async function erasing(
  engine: SqlEngine,
  head: ChainHead,
  rows: readonly SqlRow[],
  { at, tenant, reason, by }: ErasureNote,
): Promise<SqlStatement[]> {
  const seqs = rows.map(({ seq }) => Number(seq));
  const list = JSON.stringify(seqs);
  const erased = rangesOf(seqs);
  const hashes = attachedTo(rows);
  const seal = await sealing(engine.sha256, head, {
    kind: 'erasure',
    last: head.last,
    count: seqs.length,
    sealedAt: at,
    facts: JSON.stringify({ by, reason, tenant }),
    links: new Uint8Array(),
    erased,
  });
  const places = (sql: string) => sql.split('?').length - 1;
  return [
    seal,
    { sql: INSERT_TOMBSTONES, parameters: [head.number + 1, JSON.stringify(erased)] },
    ...ERASE_RECORDS.map((sql) => ({ sql, parameters: Array.from({ length: places(sql) }, () => list) })),
    { sql: DELETE_ATTACHMENTS, parameters: [storable(tenant), JSON.stringify(hashes)] },
  ];
}

function eraseBatch(
  engine: SqlEngine,
  seqs: readonly number[],
  note: ErasureNote,
  dryRun: boolean,
): Promise<ErasureCounts> {
  return behindTheHead(engine, async (head) => {
    const parameters = [
      JSON.stringify(seqs),
      storable(note.tenant),
      dryRun ? Number.MAX_SAFE_INTEGER : head.last,
    ];
    const rows = await engine.read({ sql: SELECT_ERASABLE, parameters });
    if (rows.length === 0) return NOTHING_ERASED;
    const counts = await deliveriesOf(engine, JSON.stringify(rows.map(({ seq }) => seq)));
    const found = { ...counts, records: rows.length };
    if (dryRun) return sumOf(NOTHING_ERASED, { ...found, attachments: attachedTo(rows).length });
    const results = await engine.write(await erasing(engine, head, rows, note));
    return sumOf(NOTHING_ERASED, { ...found, attachments: results.at(-1)?.length ?? 0 });
  });
}

async function erase(
  engine: SqlEngine,
  seqs: readonly number[],
  note: ErasureNote,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<ErasureCounts> {
  // Only what has a link can go: the chain goes on over it.
  if (!dryRun) await sealRecords(engine, Infinity, note.at);
  let counts = NOTHING_ERASED;
  for (const some of chunks(
    [...seqs].sort((a, b) => a - b),
    BATCH,
  )) {
    counts = sumOf(counts, await eraseBatch(engine, some, note, dryRun));
  }
  return counts;
}

function beyondQuery(
  { tenant, source, before, bytes, includingPending = false }: RetentionLimit,
  behind: number,
  most: number,
): SqlStatement {
  const own: SqlValue[] = [storable(tenant), source ?? null, source ?? null];
  const rest = [includingPending ? 1 : 0, most];
  return bytes === undefined
    ? { sql: SELECT_AGED, parameters: [...own, behind, before ?? 0, ...rest] }
    : { sql: SELECT_CROWDED, parameters: [...own, bytes, behind, ...rest] };
}

async function tombstoneOf(engine: SqlEngine, seq: number): Promise<Tombstone | null> {
  const [row] = await engine.read({ sql: SELECT_TOMBSTONE, parameters: [seq] });
  if (!row || Number(row.last) < seq) return null;
  const { by, reason, tenant } = JSON.parse(String(row.facts)) as Omit<ErasureNote, 'at'>;
  return { seq, by, reason, tenant, at: Number(row.sealed_at) };
}

const text = (row: SqlRow, name: string) => String(row[name]);

/** Erasures over any engine whose schema is at the present. */
export function createErasures(engine: SqlEngine): Erasures {
  return {
    erase: (seqs, note, options) => erase(engine, seqs, note, options),

    async recordsWith(tenant, needles, behind, limit) {
      const parameters = [storable(tenant), behind, JSON.stringify(needles), limit];
      const rows = await engine.read({ sql: SELECT_NAMING, parameters });
      return rows.map((row) => ({
        key: Number(row.seq),
        texts: ['body', 'attributes', 'deviations', 'id', 'edited'].map((name) => text(row, name)),
      }));
    },

    async documents(tenant, behind, limit) {
      const parameters = [storable(tenant), behind, limit];
      const rows = await engine.read({ sql: SELECT_TENANTS_DOCUMENTS, parameters });
      const content = (row: SqlRow) => new TextDecoder().decode(bytesOf(row, 'content'));
      return rows.map((row) => ({
        key: Number(row.key),
        texts: [text(row, 'agent'), text(row, 'id'), text(row, 'activity'), content(row)],
      }));
    },

    async eraseDocuments(keys) {
      const [rows] = await engine.write([
        { sql: DELETE_KEYED_DOCUMENTS, parameters: [JSON.stringify(keys)] },
      ]);
      return rows?.length ?? 0;
    },

    async blankAnswers(tenant, needles, { dryRun = false } = {}) {
      const parameters = [storable(tenant), JSON.stringify(needles)];
      if (!dryRun) return (await engine.write([{ sql: BLANK_ANSWERS, parameters }]))[0]?.length ?? 0;
      const [row] = await engine.read({ sql: COUNT_ANSWERS, parameters });
      return Number(row?.count);
    },

    async blankNotes(tenant, needles) {
      const [whose, texts] = [storable(tenant), JSON.stringify(needles)];
      await engine.write([
        { sql: BLANK_STOPS, parameters: [texts, whose, whose] },
        { sql: DELETE_TERM_COUNTS, parameters: [whose, texts] },
      ]);
    },

    async beyond(limit, behind, most) {
      return (await engine.read(beyondQuery(limit, behind, most))).map(({ seq }) => Number(seq));
    },

    tombstone: (seq) => tombstoneOf(engine, seq),

    async deliveries(seq) {
      const rows = await engine.read({ sql: SELECT_ERASED_DELIVERIES, parameters: [seq] });
      return rows.map((row) => ({
        route: text(row, 'route'),
        destination: text(row, 'destination'),
        state: text(row, 'state') as 'delivered' | 'discarded' | 'erased',
      }));
    },

    async scrub(rewrite) {
      return (await engine.scrub?.(rewrite)) ?? false;
    },
  };
}
