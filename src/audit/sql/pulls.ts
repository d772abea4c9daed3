/** How far each source that is pulled has been read. */
export const CREATE_PULLS: readonly string[] = [
  `CREATE TABLE pulls (
  name TEXT PRIMARY KEY,
  through INTEGER NOT NULL
) STRICT, WITHOUT ROWID`,
];

/** Where a source stands. Parameter: name. */
export const SELECT_PULL = 'SELECT through FROM pulls WHERE name = ?';

/** Writes where a source stands. Parameters: name, time. */
export const UPSERT_PULL = `
INSERT INTO pulls (name, through) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET through = excluded.through`;
