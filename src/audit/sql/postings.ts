/**
 * Posting lists: which records have a term, in the order in which they were stored. What comes in one request is stored at one time and
 * says much the same, so that a list has one row, a run, for all of its records of one time.
 */

import { directionOf } from './records.ts';

/** A dictionary of terms, so that a posting list holds integers only. */
const CREATE_TERMS = `
CREATE TABLE terms (
  key INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (tenant, value)
) STRICT`;

/** The terms of each record, a row for each, as steps 2 to 15 had them. */
const CREATE_POSTINGS = `
CREATE TABLE postings (
  record INTEGER NOT NULL,
  term INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  PRIMARY KEY (record, term)
) STRICT, WITHOUT ROWID`;

const CREATE_POSTINGS_BY_TERM = `
CREATE UNIQUE INDEX postings_by_term ON postings (term, stored, record)`;

/** The first steps of the schema for posting lists. */
export const CREATE_POSTING_LISTS: readonly string[] = [
  CREATE_TERMS,
  CREATE_POSTINGS,
  CREATE_POSTINGS_BY_TERM,
];

/**
 * Records of one time that have a term. `places` says how far each is from `first`, between spaces: ' 0 1 4 '. By time the rows are
 * written one after another, and the terms of a record are found.
 */
const CREATE_RUNS = `
CREATE TABLE posting_runs (
  stored INTEGER NOT NULL,
  term INTEGER NOT NULL,
  first INTEGER NOT NULL,
  places TEXT NOT NULL,
  PRIMARY KEY (stored, term, first)
) STRICT, WITHOUT ROWID`;

const GATHER_RUNS = `
INSERT INTO posting_runs (stored, term, first, places)
SELECT stored, term, first, ' ' || group_concat(record - first, ' ') || ' '
FROM (SELECT stored, term, record, min(record) OVER (PARTITION BY stored, term) AS first FROM postings)
GROUP BY stored, term`;

const DROP_POSTINGS = 'DROP TABLE postings';

/** What a query walks along. */
const CREATE_RUNS_BY_TERM = `
CREATE UNIQUE INDEX runs_by_term ON posting_runs (term, stored, first)`;

/** The steps of the schema for runs. */
export const CREATE_POSTING_RUNS: readonly string[] = [
  CREATE_RUNS,
  GATHER_RUNS,
  DROP_POSTINGS,
  CREATE_RUNS_BY_TERM,
];

/** The places of a run of one record. */
export const ALONE = ' 0 ';

/** True where a record is one of a run; of the run's own time it has to be anyway. */
const isIn = (record: string, run: string) =>
  `instr(${run}.places, ' ' || (${record} - ${run}.first) || ' ')`;

/** The places of a run as rows. */
const placesOf = (run: string) => `json_each('[' || replace(trim(${run}.places), ' ', ',') || ']')`;

/** The runs of a record, as `run`: one for each of its terms. `seq` and `stored` are what names the record. */
export const runsOf = (seq: string, stored: string) =>
  `posting_runs AS run ON run.stored = ${stored} AND ${isIn(seq, 'run')}`;

/**
 * True where a record has a term. `seq` and `stored` are what names the record. No EXISTS, which SQLite may join behind the tables that a
 * query names, and so look a record up first that lacks the term.
 */
export const hasTerm = (seq: string, stored: string, term = '?') => `
(SELECT 1 FROM posting_runs AS own
  WHERE own.stored = ${stored} AND own.term = ${term} AND ${isIn(seq, 'own')} LIMIT 1) IS NOT NULL`;

/** Behind the insertion of runs: what a run of the same first record lacks is put behind its places. */
export const INTO_RUNS = 'ON CONFLICT DO UPDATE SET places = places || substr(excluded.places, 2)';

/** Takes terms into the dictionary. Parameters: tenant, terms as a JSON list. */
export const INSERT_TERMS = `
INSERT INTO terms (tenant, value) SELECT ?, value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`;

/**
 * Writes runs. `first` is the key of a run's first record, of what is given for it. Each term is looked up once. Parameters: a JSON list of
 * lists of a term and the list of its runs, each a list of time stored, first record and places; tenant.
 */
export const insertRuns = (first: (given: string) => string) => `
INSERT INTO posting_runs (stored, term, first, places)
SELECT run.value ->> 0, terms.key, ${first('(run.value ->> 1)')}, run.value ->> 2
FROM json_each(?) AS item CROSS JOIN terms ON terms.tenant = ? AND terms.value = item.value ->> 0
CROSS JOIN json_each(item.value, '$[1]') AS run WHERE true ${INTO_RUNS}`;

/** Keys of terms. Parameters: tenant, terms as a JSON list. */
export const SELECT_TERMS = `
SELECT terms.key FROM json_each(?) AS item CROSS JOIN terms ON terms.tenant = ? AND terms.value = item.value`;

const WALKED = 'posting_runs AS walked INDEXED BY runs_by_term';
const WITHIN = 'walked.term = ? AND walked.stored >= ? AND walked.stored <= ?';

/** How many runs of a term stand in a stretch of time, up to a bound. Parameters: term, first and last time, bound. */
export const COUNT_RUNS = `
SELECT count(*) AS count FROM (SELECT 1 FROM ${WALKED} WHERE ${WITHIN} LIMIT ?)`;

/** The time at which a number of runs has been passed. Parameters: as for {@link COUNT_RUNS}, with how many go before. */
export const selectStretchEnd = (order: 'ascending' | 'descending') => `
SELECT walked.stored FROM ${WALKED} WHERE ${WITHIN} ORDER BY walked.stored ${directionOf(order)} LIMIT 1 OFFSET ?`;

/**
 * The runs of a term in a stretch of time, where each of a number of others has one too. Those are looked for in the index, before a
 * run itself is: where terms seldom meet, most of the way ends there. Parameters: term, first and last time, the other terms.
 */
export const selectRuns = (others: number, order: 'ascending' | 'descending') => {
  const met = Array.from(
    { length: others },
    () => `
  AND (SELECT 1 FROM posting_runs AS other INDEXED BY runs_by_term
    WHERE other.term = ? AND other.stored = walked.stored LIMIT 1) IS NOT NULL`,
  );
  return `
SELECT run.stored, run.first, run.places FROM ${WALKED}
CROSS JOIN posting_runs AS run ON run.stored = walked.stored AND run.term = walked.term AND run.first = walked.first
WHERE ${WITHIN} ${met.join('')}
ORDER BY walked.stored ${directionOf(order)}`;
};

/** Takes records out of their runs. `gone` selects their keys. Each takes what that takes once for each of its `gone`. */
export const leaveRuns = (gone: string): readonly string[] => {
  const emptied = `places = '' AND stored IN (SELECT received_at FROM records WHERE seq IN (${gone}))`;
  return [
    `UPDATE posting_runs SET places = coalesce((
  SELECT ' ' || group_concat(place.value, ' ') || ' ' FROM ${placesOf('posting_runs')} AS place
  WHERE posting_runs.first + place.value NOT IN (${gone})), '')
WHERE (stored, term, first) IN (
  SELECT run.stored, run.term, run.first FROM records CROSS JOIN ${runsOf('records.seq', 'records.received_at')}
  WHERE records.seq IN (${gone}))`,
    // A term that nothing else has may say who somebody is.
    `DELETE FROM terms WHERE key IN (SELECT term FROM posting_runs WHERE ${emptied}) AND NOT EXISTS (
  SELECT 1 FROM posting_runs AS other INDEXED BY runs_by_term WHERE other.term = terms.key AND other.places <> '')`,
    `DELETE FROM posting_runs WHERE ${emptied}`,
  ];
};
