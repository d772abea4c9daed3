import Database from 'better-sqlite3';

/** Statements that mention these follow one another in turn: the two long lists never meet. */
export const NEVER_MEET = {
  verb: 'https://player.example.edu/verbs/even',
  agent: { mbox: 'mailto:odd@example.edu' },
} as const;

/** All statements of this verb are voided, but the oldest. */
export const VOIDED_VERB = 'https://player.example.edu/verbs/taken-back';

/** A hundredth of all statements, from the middle of the log on, is voided. */
const VOIDED_SHARE = 100;

/** What is copied: long parts of bodies are left out. */
const CREATE_SAMPLES = `
CREATE TEMP TABLE samples AS
SELECT seq, tenant, source, language, kind, id, version, type, received_at, digest, content, attributes, deviations,
  json_remove(body, '$.context', '$.result', '$.object.definition') AS body
FROM records`;

/** Copies of the samples, later by a number of seconds, under new ids. */
const COPY_RECORDS = `
INSERT INTO records (seq, tenant, source, language, kind, id, version, type, received_at, digest, content, attributes, deviations, body)
SELECT seq + :by, tenant, source, language, kind, printf('%s%012x', substr(id, 1, 24), seq + :by), version, type,
  received_at + :by * 1000, digest, content, attributes, deviations, body
FROM samples WHERE seq <= :most`;

/** What is copied of the posting lists: each statement was stored at a time of its own, so that a run has one record. */
const CREATE_SAMPLE_RUNS =
  'CREATE TEMP TABLE sample_runs AS SELECT stored, term, first, places FROM posting_runs';

const COPY_RUNS = `
INSERT INTO posting_runs (stored, term, first, places)
SELECT stored + :by * 1000, term, first + :by, places FROM sample_runs WHERE first <= :most`;

/** Indexes are built at the end: that is many times faster. */
const SELECT_INDEXES = `
SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('records', 'posting_runs') AND sql IS NOT NULL`;

/** Gives records of the log a further term. */
const insertTerm = (which: string) => `
INSERT INTO posting_runs (stored, term, first, places)
SELECT received_at, (SELECT key FROM terms WHERE tenant = 'default' AND value = ?), seq, ' 0 ' FROM records WHERE ${which}`;

const INSERT_VOIDING = `
INSERT INTO statement_references (record, tenant, target, stored, voids)
SELECT -seq, tenant, id, received_at, 1 FROM records WHERE seq BETWEEN ? AND ?`;

/**
 * Makes a log of `base` statements one of `size` by copying rows, since appends of ten million take hours, and gives
 * it lists that never meet and a stretch that is voided. No seal of it can be verified: one stands for all, so that a
 * gateway does not seal while it is asked.
 */
export function repeatLog(file: string, base: number, size: number, tell: (stored: number) => void): void {
  const database = new Database(file);
  try {
    database.pragma('synchronous = OFF');
    database.pragma('cache_size = -400000');
    const indexes = database.prepare(SELECT_INDEXES).all() as {
      readonly name: string;
      readonly sql: string;
    }[];
    database.exec(indexes.map(({ name }) => `DROP INDEX ${name};`).join('\n'));
    database.exec(`${CREATE_SAMPLES}; ${CREATE_SAMPLE_RUNS};`);
    const records = database.prepare(COPY_RECORDS);
    const runs = database.prepare(COPY_RUNS);
    for (let by = base; by < size; by += base) {
      const copy = { by, most: Math.min(base, size - by) };
      database.transaction(() => [records.run(copy), runs.run(copy)])();
      tell(by + copy.most);
    }
    const first = Math.ceil(size / 2);
    const last = first + Math.floor(size / VOIDED_SHARE);
    const named = {
      [`term verb ${NEVER_MEET.verb}`]: 'seq % 2 = 0',
      [`term agent mbox ${NEVER_MEET.agent.mbox}`]: 'seq % 2 = 1',
      [`term verb ${VOIDED_VERB}`]: `seq BETWEEN ${first} AND ${last} OR seq = 1`,
    };
    database.transaction(() => {
      for (const [term, which] of Object.entries(named)) {
        database.prepare("INSERT INTO terms (tenant, value) VALUES ('default', ?)").run(term);
        database.prepare(insertTerm(which)).run(term);
      }
      database.prepare(INSERT_VOIDING).run(first, last);
      database
        .prepare(
          "INSERT INTO seals (kind, last, count, sealed_at, links, value) VALUES ('records', ?, 0, 0, x'', zeroblob(32))",
        )
        .run(size);
    })();
    for (const { sql } of indexes) database.exec(sql);
  } finally {
    database.close();
  }
}
