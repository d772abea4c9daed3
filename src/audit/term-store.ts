import type { SqlEngine, SqlRow, SqlStatement } from './engine.ts';
import { chunks } from './lists.ts';
import type { Language, Outbound } from './log.ts';
import { storable } from './rows.ts';
import { COUNT_TERMS, SELECT_TERMS } from './sql/terms.ts';
import { LONGEST_TERM, type TermCount, type TermCounts } from './terms.ts';

/** Notes that one statement counts, and those that one record adds at most. */
const PAGE = 1000;
const MOST_NOTES = 100;

/** A term as it is kept; a cut may have left half a character. */
const kept = (term: string) => storable(term.slice(0, LONGEST_TERM));

function notesOf(key: number, { diagnostics }: Outbound): [key: number, code: string, term: string][] {
  const noted = new Map<string, [number, string, string]>();
  for (const { code, term } of diagnostics) {
    if (typeof code !== 'string' || typeof term !== 'string' || noted.size >= MOST_NOTES) continue;
    noted.set(JSON.stringify([code, kept(term)]), [key, code, kept(term)]);
  }
  return [...noted.values()];
}

/** The statements that count the terms of outbound forms, to be run in the same batch before the forms are inserted. */
export function countingTerms(
  outbound: readonly { readonly key: number; readonly outbound: Outbound }[],
): SqlStatement[] {
  const notes = outbound.flatMap(({ key, outbound: form }) => notesOf(key, form));
  return chunks(notes, PAGE).map((some) => ({ sql: COUNT_TERMS, parameters: [JSON.stringify(some)] }));
}

const countOf = (row: SqlRow): TermCount => ({
  source: row.source as string,
  language: row.language as Language,
  code: row.code as string,
  term: row.term as string,
  count: Number(row.count),
  record: Number(row.record),
});

/** Counts per term over any engine that runs SQLite's SQL. */
export function createTermCounts(engine: SqlEngine): TermCounts {
  return {
    async list({ tenant, source, limit }) {
      const whose = tenant === undefined ? null : storable(tenant);
      const from = source ?? null;
      const parameters = [whose, whose, from, from, limit];
      return (await engine.read({ sql: SELECT_TERMS, parameters })).map(countOf);
    },
  };
}
