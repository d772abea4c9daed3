import { bytesToHex } from '@noble/hashes/utils.js';
import { DIGEST_BYTES, linkOf, ORIGIN, sealValue, type SealFacts } from './chain.ts';
import {
  UniqueViolationError,
  type Sha256,
  type SqlEngine,
  type SqlRow,
  type SqlStatement,
} from './engine.ts';
import { LogUnavailableError } from './log.ts';
import type { ChainHead, ProofState } from './proof.ts';
import { bytesOf } from './rows.ts';
import {
  COUNT_ERASED,
  COUNT_UNSEALED,
  INSERT_SEAL,
  SELECT_LAST_LINK,
  SELECT_LAST_SEAL,
  SELECT_NEXT,
  SELECT_SEALED,
} from './sql/seals.ts';

/** Records of one seal at most: their links fit into a row of every engine. */
const BATCH = 1_000;

/** How often a seal is tried again after another sealer took its number. */
const MOST_RACES = 20;

/** A seal from its row, without what was erased. */
export const sealOf = (row: SqlRow): Omit<SealFacts, 'erased'> & { readonly value: string } => ({
  number: Number(row.number),
  kind: row.kind as SealFacts['kind'],
  last: Number(row.last),
  count: Number(row.count),
  sealedAt: Number(row.sealed_at),
  facts: row.facts as string | null,
  links: bytesOf(row, 'links'),
  value: String(row.value),
});

/** The end of the chain, as it stands now. */
export async function headOf(engine: SqlEngine): Promise<ChainHead> {
  const [row] = await engine.read({ sql: SELECT_LAST_SEAL, parameters: [] });
  if (!row) return { number: 0, last: 0, value: bytesToHex(ORIGIN), sealedAt: null };
  const { number, last, value, sealedAt } = sealOf(row);
  return { number, last, value, sealedAt };
}

/** The statement that adds a seal behind the head. */
export async function sealing(
  sha256: Sha256,
  head: ChainHead,
  seal: Omit<SealFacts, 'number'>,
): Promise<SqlStatement> {
  const number = head.number + 1;
  const value = await sealValue(sha256, head.value, { ...seal, number });
  const { kind, last, count, sealedAt, facts, links } = seal;
  return { sql: INSERT_SEAL, parameters: [number, kind, last, count, sealedAt, facts, links, value] };
}

/** Tries something that adds a seal, until no other sealer is faster. */
export async function behindTheHead<Result>(
  engine: SqlEngine,
  work: (head: ChainHead) => Promise<Result>,
): Promise<Result> {
  let race: unknown;
  for (let tries = 0; tries < MOST_RACES; tries += 1) {
    try {
      return await work(await headOf(engine));
    } catch (error) {
      if (!(error instanceof UniqueViolationError)) throw error;
      race = error;
    }
  }
  throw new LogUnavailableError('other sealers took each number that was tried', { cause: race });
}

/**
 * The links of the numbers behind one place up to another. Where a number has no record any more, zeros stand for its
 * link: the record was taken away before it was sealed, and that is to be seen for ever.
 */
async function linksOf(
  engine: SqlEngine,
  behind: number,
  last: number,
  rows: readonly SqlRow[],
): Promise<Uint8Array> {
  const [found] = await engine.read({ sql: SELECT_LAST_LINK, parameters: [] });
  const links = new Uint8Array((last - behind) * DIGEST_BYTES);
  let link = found ? bytesOf(found, 'link') : ORIGIN;
  for (const row of rows) {
    const at = (Number(row.seq) - behind - 1) * DIGEST_BYTES;
    if (at > 0) link = links.subarray(at - DIGEST_BYTES, at);
    links.set(await linkOf(engine.sha256, link, row), at);
  }
  return links;
}

/** Number of the last record that one more seal can hold; the head's own where there is nothing to seal. */
async function reach(engine: SqlEngine, head: ChainHead, rows: readonly SqlRow[]): Promise<number> {
  const last = rows.at(-1);
  if (last) return Number(last.seq);
  const [next] = await engine.read({ sql: SELECT_NEXT, parameters: [head.last] });
  return next !== undefined && Number(next.seq) > head.last + BATCH ? head.last + BATCH : head.last;
}

/** Seals one batch; gives how many numbers it reaches over. */
function sealBatch(engine: SqlEngine, most: number, sealedAt: number): Promise<number> {
  return behindTheHead(engine, async (head) => {
    // Within so many numbers, so that a gap makes no seal too large for a row.
    const parameters = [head.last, head.last + BATCH, most];
    const rows = await engine.read({ sql: SELECT_SEALED, parameters });
    const last = await reach(engine, head, rows);
    if (last === head.last) return 0;
    const links = await linksOf(engine, head.last, last, rows);
    const seal = {
      kind: 'records',
      last,
      count: rows.length,
      sealedAt,
      facts: null,
      links,
      erased: [],
    } as const;
    await engine.write([await sealing(engine.sha256, head, seal)]);
    return last - head.last;
  });
}

/** Seals what is not sealed yet, as {@link Proof.seal} says. */
export async function sealRecords(engine: SqlEngine, most: number, at: number): Promise<number> {
  let sealed = 0;
  while (sealed < most) {
    const wanted = Math.min(BATCH, most - sealed);
    const count = await sealBatch(engine, wanted, at);
    sealed += count;
    if (count < wanted) break;
  }
  return sealed;
}

/** What the log can prove, in brief. */
export async function proofState(engine: SqlEngine): Promise<ProofState> {
  const head = await headOf(engine);
  const [unsealed] = await engine.read({ sql: COUNT_UNSEALED, parameters: [head.last] });
  const [erased] = await engine.read({ sql: COUNT_ERASED, parameters: [] });
  return { head, unsealed: Number(unsealed?.count), erased: Number(erased?.count) };
}
