import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Storage, StoredRecord } from '../../src/audit/index.ts';

/** A record as it was sent. */
export interface SentRecord {
  readonly id: string;
  /** Its exact text. */
  readonly text: string;
  readonly refused: boolean;
}

/** What a destination's file says that it took: whole bodies, in their order. */
function bodiesIn(file: string): string[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as string);
}

type Json = Record<string, unknown> & { id: string };

function recordsOf(kind: 'lrs' | 'caliper', body: string): Json[] {
  const value = JSON.parse(body) as Json[] | { data: Json[] };
  return kind === 'lrs' ? (value as Json[]) : (value as { data: Json[] }).data;
}

/** Records that a destination holds, by id, in the order in which each came first; what is wrong with them. */
export function heldAt(kind: 'lrs' | 'caliper', file: string, faults: string[]): Map<string, string> {
  const held = new Map<string, string>();
  for (const body of bodiesIn(file)) {
    for (const record of recordsOf(kind, body)) {
      const text = JSON.stringify(record);
      const known = held.get(record.id);
      if (known === undefined) held.set(record.id, text);
      else if (known !== text) faults.push(`${kind} holds two records under ${record.id}`);
    }
  }
  return held;
}

/** Everything that the log holds. */
export async function everythingIn(log: Storage): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  for (;;) {
    const page = await log.read({ after: all.at(-1)?.seq ?? 0, limit: 500 });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

const actorOf = (record: StoredRecord) =>
  JSON.stringify((JSON.parse(record.body) as { actor: unknown }).actor);

/** What one record's delivery to a destination must have left there, and did not. */
async function deliveryFaults(
  log: Storage,
  record: StoredRecord,
  sent: SentRecord | undefined,
  held: ReadonlyMap<string, ReadonlyMap<string, string>>,
  outbound: (key: number) => string | undefined,
  arrived: Map<string, string[]>,
): Promise<string[]> {
  const faults: string[] = [];
  const history = await log.history(record.seq);
  if (history.length !== held.size) faults.push(`record ${record.seq} has ${history.length} deliveries`);
  for (const { key, destination, state, reason, outbound: form } of history) {
    const named = `record ${record.seq} (${record.id}) to ${destination}`;
    if (state === 'dead' && reason === 'refused' && sent?.refused !== false) continue;
    if (state !== 'delivered') {
      faults.push(`${named} is ${state} ${reason ?? ''}`);
      continue;
    }
    const text = outbound(key) ?? record.body;
    if (createHash('sha256').update(text).digest('hex') !== form?.digest)
      faults.push(`${named}: another text`);
    const { id } = JSON.parse(text) as Json;
    const there = held.get(destination)?.get(id);
    if (there === undefined) faults.push(`${named} was delivered, and is not there`);
    else if (there !== JSON.stringify(JSON.parse(text))) faults.push(`${named} is not what was fixed`);
    arrived.set(destination, [...(arrived.get(destination) ?? []), id]);
  }
  return faults;
}

/** For each actor, whether records came first in the order in which they were accepted. */
function orderFaults(
  destination: string,
  accepted: readonly { readonly id: string; readonly actor: string }[],
  held: ReadonlyMap<string, string>,
): string[] {
  const place = new Map([...held.keys()].map((id, at) => [id, at]));
  const last = new Map<string, number>();
  return accepted.flatMap(({ id, actor }) => {
    const at = place.get(id);
    if (at === undefined) return [];
    const before = last.get(actor) ?? -1;
    last.set(actor, Math.max(at, before));
    return at < before ? [`${destination} got ${id} before an earlier record of its actor`] : [];
  });
}

/** What a run left behind. */
export interface Aftermath {
  readonly log: Storage;
  /** Records that were sent, by id, and those of them that were acknowledged. */
  readonly sent: ReadonlyMap<string, SentRecord>;
  readonly acknowledged: ReadonlySet<string>;
  /** Files of the destinations. */
  readonly files: Readonly<Record<'lrs' | 'endpoint', string>>;
  /** The fixed text of a delivery; undefined where the record's own is meant. */
  readonly outbound: (key: number) => string | undefined;
}

/**
 * What must hold after all, whatever broke: each acknowledged record stands in the log as it was sent, and is delivered to
 * each destination with the text that was fixed, or is a dead letter; no destination holds two under one id, or anything
 * that was not accepted; the order of each actor is kept; and the chain comes out. Gives what does not hold.
 */
export async function broken({ log, sent, acknowledged, files, outbound }: Aftermath): Promise<string[]> {
  const faults: string[] = [];
  const held = new Map([
    ['lrs', heldAt('lrs', files.lrs, faults)],
    ['endpoint', heldAt('caliper', files.endpoint, faults)],
  ]);
  const records = await everythingIn(log);
  const byId = new Map(records.map((record) => [record.id, record]));
  for (const id of acknowledged) {
    const record = byId.get(id);
    if (!record) faults.push(`${id} was acknowledged, and is lost`);
    else if (record.body !== sent.get(id)?.text) faults.push(`${id} is altered`);
  }
  const arrived = new Map<string, string[]>();
  for (const record of records) {
    faults.push(...(await deliveryFaults(log, record, sent.get(record.id), held, outbound, arrived)));
  }
  for (const [destination, there] of held) {
    const ids = new Set(arrived.get(destination));
    for (const id of there.keys())
      if (!ids.has(id)) faults.push(`${destination} holds ${id}, which nobody sent there`);
    const accepted = records.map((record) => ({ record, actor: actorOf(record) }));
    const ordered = accepted.flatMap(({ record, actor }) => {
      const id = [record.id, record.id.replace('urn:uuid:', ''), `urn:uuid:${record.id}`].find((one) =>
        there.has(one),
      );
      return id === undefined ? [] : [{ id, actor: `${record.language} ${actor}` }];
    });
    faults.push(...orderFaults(destination, ordered, there));
  }
  await log.proof.seal(Infinity, 1);
  await log.proof.verify({
    onFault: ({ code, seq, message }) => void faults.push(`${code} ${seq ?? ''} ${message}`),
  });
  return faults;
}
