import { bytesToHex } from '@noble/hashes/utils.js';
import { DIGEST_BYTES, linkOf, ORIGIN, sealValue } from './chain.ts';
import type { SqlEngine, SqlRow } from './engine.ts';
import type { Fault } from './proof.ts';
import { bytesOf } from './rows.ts';
import { sealOf } from './seal.ts';
import { SELECT_BODY, SELECT_ERASED, SELECT_SEALED_WITH_BODIES, SELECT_TOMBSTONES } from './sql/seals.ts';

type Seal = ReturnType<typeof sealOf>;

/** Where a verification stands in the chain: what the seal before said. */
export interface Place {
  readonly number: number;
  readonly last: number;
  readonly value: string;
  readonly link: Uint8Array;
}

/** Before the first seal. */
export const BEGIN: Place = { number: 0, last: 0, value: bytesToHex(ORIGIN), link: ORIGIN };

/** What was found at one seal. */
export interface Checked {
  readonly faults: readonly Fault[];
  readonly records: number;
  readonly erased: number;
}

/** A range of numbers whose records were erased. */
type Range = readonly [number, number];

const PAGE = 250;

/** Bytes of a body that is read with its page; larger ones are read one by one, so that memory stays bounded. */
export const LARGE_BODY = 65_536;

async function bodyOf(engine: SqlEngine, row: SqlRow): Promise<Uint8Array> {
  if (row.body !== null) return bytesOf(row, 'body');
  const [found] = await engine.read({ sql: SELECT_BODY, parameters: [Number(row.seq)] });
  return found ? bytesOf(found, 'body') : new Uint8Array();
}

/** Checks that a record's body is the one that its digest names. */
export async function bodyFault(engine: SqlEngine, row: SqlRow): Promise<Fault[]> {
  const found = bytesToHex(await engine.sha256(await bodyOf(engine, row)));
  if (found === row.digest) return [];
  const message = `the body has the SHA-256 ${found}; received was ${String(row.digest)}`;
  return [{ code: 'body-changed', seq: Number(row.seq), message }];
}

const isNothing = (link: Uint8Array) => link.every((byte) => byte === 0);
const same = (one: Uint8Array, other: Uint8Array) => one.every((byte, at) => byte === other[at]);

/** What one number of the chain should hold, and what is there. */
interface Position {
  readonly seq: number;
  readonly row: SqlRow | undefined;
  readonly before: Uint8Array;
  readonly link: Uint8Array;
  readonly erased: boolean;
}

async function faultsAt(engine: SqlEngine, { seq, row, before, link, erased }: Position): Promise<Fault[]> {
  if (!row) {
    if (erased) return [];
    const when = isNothing(link)
      ? 'it was gone before it was sealed'
      : 'it was sealed, and no erasure says why';
    return [{ code: 'record-missing', seq, message: `the record is not there: ${when}` }];
  }
  if (erased || isNothing(link)) {
    const message = erased
      ? 'a record stands where one was erased'
      : 'no record stood here when it was sealed';
    return [{ code: 'record-inserted', seq, message }];
  }
  const faults = await bodyFault(engine, row);
  if (same(await linkOf(engine.sha256, before, row), link)) return faults;
  const message = 'what the log says of the record, or the place where it stands, is not what was sealed';
  return [{ code: 'record-changed', seq, message }, ...faults];
}

/** Compares the records of one seal with its links. */
async function checkRecords(engine: SqlEngine, links: Uint8Array, place: Place): Promise<Checked> {
  const first = place.last + 1;
  const last = place.last + links.length / DIGEST_BYTES;
  const tombstones = await engine.read({ sql: SELECT_TOMBSTONES, parameters: [last, first] });
  const ranges = tombstones.map((row): Range => [Number(row.first), Number(row.last)]);
  const faults: Fault[] = [];
  const counts = { records: 0, erased: 0 };
  let before = place.link;
  for (let start = first; start <= last; start += PAGE) {
    const end = Math.min(start + PAGE - 1, last);
    const parameters = [LARGE_BODY, start - 1, end, PAGE];
    const rows = await engine.read({ sql: SELECT_SEALED_WITH_BODIES, parameters });
    const bySeq = new Map(rows.map((row) => [Number(row.seq), row]));
    for (let seq = start; seq <= end; seq += 1) {
      const at = (seq - first) * DIGEST_BYTES;
      const link = links.subarray(at, at + DIGEST_BYTES);
      const row = bySeq.get(seq);
      const erased = ranges.some(([from, until]) => from <= seq && seq <= until);
      counts[row ? 'records' : 'erased'] += row || erased ? 1 : 0;
      faults.push(...(await faultsAt(engine, { seq, row, before, link, erased })));
      before = link;
    }
  }
  return { faults, ...counts };
}

/** Compares a seal with its own value, and with the seal before it. */
async function sealFaults(
  engine: SqlEngine,
  seal: Seal,
  place: Place,
  erased: readonly Range[],
): Promise<Fault[]> {
  if (seal.number !== place.number + 1) {
    const gone = seal.number - place.number - 1;
    const range =
      seal.number - 1 === place.number + 1 ? place.number + 1 : `${place.number + 1} to ${seal.number - 1}`;
    const message = `${gone === 1 ? 'the seal' : 'the seals'} ${range} ${gone === 1 ? 'is' : 'are'} gone, with what the chain said there`;
    return [{ code: 'seal-missing', seal: place.number + 1, message }];
  }
  if ((await sealValue(engine.sha256, place.value, { ...seal, erased })) === seal.value) return [];
  const code = seal.kind === 'erasure' ? 'tombstone-changed' : 'seal-changed';
  const over = seal.kind === 'erasure' ? 'an erasure' : `the records ${place.last + 1} to ${seal.last}`;
  const message = `the seal over ${over} does not come out: it, or what was before it, is not what it was`;
  return [{ code, seal: seal.number, message }];
}

/** Where the chain goes on behind a seal. */
function behind(seal: Seal, place: Place): Place {
  const { number, value, links } = seal;
  if (seal.kind === 'erasure') return { ...place, number, value };
  const link = links.length < DIGEST_BYTES ? place.link : links.subarray(-DIGEST_BYTES);
  return { number, value, link, last: place.last + Math.floor(links.length / DIGEST_BYTES) };
}

/** Where the records of a seal begin that does not follow the one before. */
function resumed(seal: Seal, place: Place): Place {
  if (seal.number === place.number + 1) return place;
  return { ...place, last: seal.last - Math.floor(seal.links.length / DIGEST_BYTES) };
}

/** Checks one seal with what it seals; gives where the next one goes on. */
export async function checkSeal(
  engine: SqlEngine,
  row: SqlRow,
  before: Place,
): Promise<Checked & { readonly next: Place }> {
  const seal = sealOf(row);
  const place = resumed(seal, before);
  const isErasure = seal.kind === 'erasure';
  const stated = isErasure ? await engine.read({ sql: SELECT_ERASED, parameters: [seal.number] }) : [];
  const ranges = stated.map((range): Range => [Number(range.first), Number(range.last)]);
  const own = await sealFaults(engine, seal, before, ranges);
  const checked = isErasure
    ? { faults: [], records: 0, erased: 0 }
    : await checkRecords(engine, seal.links, place);
  // The link before the first one is not known where seals are gone.
  const unknown = place === before ? null : place.last + 1;
  const faults = checked.faults.filter(({ seq, code }) => code !== 'record-changed' || seq !== unknown);
  return { ...checked, faults: [...own, ...faults], next: behind(seal, place) };
}
