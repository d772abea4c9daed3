import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Sha256, SqlRow } from './engine.ts';

/** Bytes of a digest. */
export const DIGEST_BYTES = 32;

/** What the first record and the first seal come behind. */
export const ORIGIN = new Uint8Array(DIGEST_BYTES);

/**
 * The canonical form of a record (RFC 8785): its fixed facts in the order of their names. The body stands in it by
 * its SHA-256; attributes and deviations are the texts that the log keeps of them, or null. The salt makes the link
 * of a short record as hard to guess as that of any other.
 */
export function canonicalRecord(row: SqlRow): string {
  return JSON.stringify({
    attributes: row.attributes,
    content: row.content,
    deviations: row.deviations,
    digest: row.digest,
    id: row.id,
    kind: row.kind,
    language: row.language,
    receivedAt: row.received_at,
    salt: row.salt,
    seq: row.seq,
    source: row.source,
    tenant: row.tenant,
    type: row.type,
    version: row.version,
  });
}

/** The link of a record: SHA-256 over the link of the record before it and its own canonical form. */
export function linkOf(sha256: Sha256, before: Uint8Array, row: SqlRow): ReturnType<Sha256> {
  return sha256(concatBytes(before, utf8ToBytes(canonicalRecord(row))));
}

/** A seal without its value. */
export interface SealFacts {
  readonly number: number;
  readonly kind: 'records' | 'erasure';
  /** `seq` of the last record that the chain holds with this seal. */
  readonly last: number;
  /** Records that it seals, or whose erasure it states. */
  readonly count: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly sealedAt: number;
  /** What an erasure was, as JSON; null for records. */
  readonly facts: string | null;
  /** Links of the records that it seals, one behind the other. */
  readonly links: Uint8Array;
  /** Ranges of `seq` that were erased. */
  readonly erased: readonly (readonly [number, number])[];
}

/**
 * The value of a seal: SHA-256 over the value of the seal before it, the links, and the canonical form (RFC 8785) of
 * what the seal says itself. In hex.
 */
export async function sealValue(sha256: Sha256, before: string, seal: SealFacts): Promise<string> {
  const { count, erased, facts, kind, last, links, number, sealedAt } = seal;
  const said = JSON.stringify({ count, erased, facts, kind, last, number, sealedAt });
  return bytesToHex(await sha256(concatBytes(hexToBytes(before), links, utf8ToBytes(said))));
}
