import { MOST_TERMS } from '../terms.ts';

/** What mapping met, counted per term. `record` is the last one that showed it; it need not be there any more. */
export const CREATE_TERMS = `
CREATE TABLE term_counts (
  tenant TEXT NOT NULL,
  source TEXT NOT NULL,
  language TEXT NOT NULL,
  code TEXT NOT NULL,
  term TEXT NOT NULL,
  count INTEGER NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (tenant, source, language, code, term)
) STRICT, WITHOUT ROWID`;

/**
 * Counts what was noted about outbox rows that have no outbound form yet: to be run before the forms are inserted, so
 * that a form which is written twice is counted once. Parameter: a JSON list of lists of key, code and term.
 */
export const COUNT_TERMS = `
INSERT INTO term_counts (tenant, source, language, code, term, count, record)
SELECT tenant, source, language, code, kept, count(*), max(seq) FROM (
  SELECT records.tenant, records.source, records.language, noted.code, records.seq,
    CASE WHEN EXISTS (
        SELECT 1 FROM term_counts WHERE term_counts.tenant = records.tenant AND term_counts.source = records.source
          AND term_counts.language = records.language AND term_counts.code = noted.code AND term_counts.term = noted.term)
      OR (SELECT count(*) FROM term_counts WHERE term_counts.tenant = records.tenant) < ${MOST_TERMS}
    THEN noted.term ELSE '' END AS kept
  FROM (SELECT value ->> 0 AS key, value ->> 1 AS code, value ->> 2 AS term FROM json_each(?)) AS noted
  JOIN outbox ON outbox.key = noted.key JOIN records ON records.seq = outbox.record
  WHERE NOT EXISTS (SELECT 1 FROM outbound WHERE outbound.key = noted.key))
WHERE true GROUP BY tenant, source, language, code, kept
ON CONFLICT DO UPDATE SET count = count + excluded.count, record = max(record, excluded.record)`;

/** The counts, the highest first. Parameters: tenant and source, each twice, a null standing for any; how many. */
export const SELECT_TERMS = `
SELECT source, language, code, term, count, record FROM term_counts
WHERE (? IS NULL OR tenant = ?) AND (? IS NULL OR source = ?)
ORDER BY count DESC, code, term, source, language LIMIT ?`;
