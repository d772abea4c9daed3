import type { SqlEngine, SqlRow } from './engine.ts';
import type { ChainHead, Fault, Verification, VerifyOptions } from './proof.ts';
import { sealOf } from './seal.ts';
import { SELECT_ENDS, SELECT_GIVEN } from './sql/lineage.ts';
import { SELECT_SEALED_WITH_BODIES, SELECT_SEALS } from './sql/seals.ts';
import { BEGIN, bodyFault, checkSeal, LARGE_BODY, type Place } from './verify-chain.ts';
import { checkAttachments, checkDocuments, checkLineage, type Told } from './verify-lineage.ts';

/** Seals and records that are read at once. */
const PAGE = 50;

type Anchors = NonNullable<VerifyOptions['anchors']>;

/** Whether a log and heads of it that were kept elsewhere agree. */
function anchorFaults(anchors: Anchors, { number, value }: Pick<ChainHead, 'number' | 'value'>): Fault[] {
  return anchors
    .filter((anchor) => anchor.number === number && anchor.value !== value)
    .map((anchor) => ({
      code: 'anchor-mismatch',
      seal: number,
      message: `the anchor has ${anchor.value} for this seal; the log has ${value}: what was sealed up to it is another log`,
    }));
}

function cutOff(anchors: Anchors, { number }: Place): Fault[] {
  return anchors
    .filter((anchor) => anchor.number > number)
    .map((anchor) => ({
      code: 'anchor-mismatch',
      seal: anchor.number,
      message: `the anchor names the seal ${anchor.number}; the log ends at ${number}: its end was cut off`,
    }));
}

/** Checks records that no seal holds yet: their bodies, and that none is gone. */
async function checkUnsealed(engine: SqlEngine, place: Place, told: Told): Promise<number> {
  let expected = place.last + 1;
  let count = 0;
  for (; !told.stopped();) {
    const parameters = [LARGE_BODY, expected - 1, Number.MAX_SAFE_INTEGER, PAGE];
    const rows = await engine.read({ sql: SELECT_SEALED_WITH_BODIES, parameters });
    for (const row of rows) {
      const seq = Number(row.seq);
      if (seq > expected) {
        const message = `the records up to ${seq - 1} are not there, and were not sealed yet`;
        await told.fault({ code: 'record-missing', seq: expected, message });
      }
      for (const fault of await bodyFault(engine, row)) await told.fault(fault);
      expected = seq + 1;
    }
    count += rows.length;
    if (rows.length < PAGE) break;
  }
  await checkEnds(engine, place, expected - 1, told);
  return count;
}

/** Numbers are never given twice, so that SQLite itself knows how far records and seals once went. */
async function checkEnds(engine: SqlEngine, place: Place, last: number, { fault }: Told): Promise<void> {
  const given = await engine.read({ sql: SELECT_GIVEN, parameters: [] });
  const upTo = (name: string) => Number(given.find((row) => row.name === name)?.seq ?? 0);
  if (upTo('seals') > place.number) {
    const message = `${upTo('seals')} seals were made; those behind ${place.number} are gone`;
    await fault({ code: 'seal-missing', seal: place.number + 1, message });
  }
  if (upTo('records') > last) {
    const message = `records up to ${upTo('records')} were appended; those behind ${last} are gone`;
    await fault({ code: 'record-missing', seq: last + 1, message });
  }
}

/** A gateway may write meanwhile: what is wrong must be so twice. */
async function twice(engine: SqlEngine, row: SqlRow, place: Place) {
  const checked = await checkSeal(engine, row, place);
  return checked.faults.length === 0 ? checked : checkSeal(engine, row, place);
}

/**
 * Goes through a log, as {@link Proof.verify} says: the chain, the records and their bodies, the outbound forms, the data
 * of attachments, and the documents.
 */
export async function verifyLog(
  engine: SqlEngine,
  { anchors = [], onFault, onProgress, signal }: VerifyOptions,
): Promise<Verification> {
  const counts = { records: 0, seals: 0, erased: 0, faults: 0 };
  const [ends] = await engine.read({ sql: SELECT_ENDS, parameters: [] });
  const records = Number(ends?.records ?? 0);
  const total = records + Number(ends?.outbound ?? 0);
  const fault = async (found: Fault) => {
    counts.faults += 1;
    await onFault(found);
  };
  const stopped = () => signal?.aborted === true;
  let place = BEGIN;
  let sealedAt: number | null = null;
  for (; !stopped();) {
    const rows = await engine.read({ sql: SELECT_SEALS, parameters: [place.number, PAGE] });
    if (rows.length === 0) break;
    for (const row of rows) {
      if (stopped()) break;
      const checked = await twice(engine, row, place);
      place = checked.next;
      sealedAt = sealOf(row).sealedAt;
      counts.seals += 1;
      counts.records += checked.records;
      counts.erased += checked.erased;
      for (const found of [...checked.faults, ...anchorFaults(anchors, place)]) await fault(found);
      onProgress?.(place.last, total);
    }
  }
  const told = { fault, stopped, reached: (key: number) => onProgress?.(records + key, total) };
  const quiet = { ...told, reached: () => undefined };
  if (!stopped()) for (const found of cutOff(anchors, place)) await fault(found);
  const unsealed = await checkUnsealed(engine, place, told);
  const outbound = await checkLineage(engine, told);
  const attachments = await checkAttachments(engine, quiet);
  const documents = await checkDocuments(engine, quiet);
  const { number, last, value } = place;
  return { head: { number, last, value, sealedAt }, ...counts, unsealed, outbound, attachments, documents };
}
