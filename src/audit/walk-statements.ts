import type { SqlEngine, SqlRow } from './engine.ts';
import { inChunks } from './lists.ts';
import {
  ALL,
  countRuns,
  keysOf,
  positionOf,
  rangeOf,
  saying,
  sentBy,
  stretchOf,
  type PostingRange,
  type Stretch,
} from './posting-lists.ts';
import { recordOf } from './rows.ts';
import { selectStatements } from './sql/statements.ts';
import type { IndexedStatement, StatementPage, StatementPosition, StatementsFound } from './statements.ts';

/**
 * How far one read goes along a posting list: in stretches, the first one short, since most pages are full by then.
 * Where conditions seldom meet, what it has found by then is the page.
 */
const FIRST_STRETCH = 500;
const LONGEST_STRETCH = 20_000;
const MOST_WALKED = 50_000;
/** The same along a single list, where only what is voided is passed over: each record has to be read for that. */
const MOST_READ = 5_000;

/** The part of a list that a page is looked for in. */
const rangeOfPage = ({ order, storedAfter, storedUntil, behind }: StatementPage): PostingRange =>
  rangeOf(order, { after: storedAfter, until: storedUntil }, behind && [behind.stored, behind.seq]);

const placeOf = ({ record: { receivedAt, seq } }: IndexedStatement): StatementPosition => ({
  stored: receivedAt,
  seq,
});

/** A statement from its row. */
export const statementOf = (row: SqlRow): IndexedStatement => ({
  record: recordOf(row),
  id: String(row.statement_id),
});

/** Keys of the terms that a page asks for, the one of the shortest list first; undefined where the dictionary lacks one. */
async function termsOf(
  engine: SqlEngine,
  page: StatementPage,
): Promise<readonly [number, ...number[]] | undefined> {
  const source = page.source === undefined ? [] : [sentBy(page.source)];
  const wanted = [...new Set([...page.terms.map(saying), ...source])];
  const keys = await keysOf(engine, page.tenant, wanted.length === 0 ? [ALL] : wanted);
  if (!keys) return undefined;
  const range = rangeOfPage(page);
  const lengthOf = (key: number) => (keys.length === 1 ? 0 : countRuns(engine, key, range));
  const lists = await Promise.all(keys.map(async (key) => ({ key, length: await lengthOf(key) })));
  const [first, ...others] = lists.sort((a, b) => a.length - b.length).map(({ key }) => key);
  return first === undefined ? undefined : [first, ...others];
}

/** Walks along the list of the first term until a page is full, the list is at its end, or a bounded way is gone. */
async function walked(
  engine: SqlEngine,
  page: StatementPage,
  terms: readonly [number, ...number[]],
): Promise<StatementsFound> {
  const others = terms.slice(1);
  const found: IndexedStatement[] = [];
  const most = others.length === 0 ? MOST_READ : MOST_WALKED;
  const least = others.length === 0 ? page.limit + 1 : Math.max(page.limit + 1, FIRST_STRETCH);
  let range: PostingRange | null = rangeOfPage(page);
  for (let way = 0, size = least; range && way < most; size = Math.min(size * 4, LONGEST_STRETCH)) {
    const { postings, rest }: Stretch = await stretchOf(engine, terms, range, Math.min(size, most - way));
    let lookedAt = 0;
    for (const some of inChunks(postings, least, LONGEST_STRETCH)) {
      const wanted = page.limit + 1 - found.length;
      const parameters = [JSON.stringify(some), ...others, wanted];
      found.push(
        ...(await engine.read({ sql: selectStatements(others.length), parameters })).map(statementOf),
      );
      const last = found[page.limit - 1];
      if (found.length > page.limit && last) {
        return { statements: found.slice(0, page.limit), next: placeOf(last) };
      }
      lookedAt += some.length;
      const [stored, seq] = some.at(-1) ?? [0, 0];
      if (way + lookedAt >= most) return { statements: found, next: { stored, seq } };
    }
    way += Math.max(size, lookedAt);
    range = rest;
  }
  return { statements: found, next: range && positionOf(range) };
}

/** A page of statements, as {@link StatementIndex.read} says. */
export async function readStatements(engine: SqlEngine, page: StatementPage): Promise<StatementsFound> {
  const terms = await termsOf(engine, page);
  return terms ? walked(engine, page, terms) : { statements: [], next: null };
}
