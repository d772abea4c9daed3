import { UniqueViolationError, type SqlEngine } from './engine.ts';
import {
  CREATE_MIGRATIONS,
  INSERT_MIGRATION,
  MIGRATIONS,
  SELECT_MIGRATIONS,
  type Migration,
} from './sql/migrations.ts';

async function applied(engine: SqlEngine): Promise<Set<number>> {
  const rows = await engine.read({ sql: SELECT_MIGRATIONS, parameters: [] });
  return new Set(rows.map((row) => Number(row.number)));
}

async function apply(engine: SqlEngine, migration: Migration): Promise<void> {
  const steps = migration.statements.map((sql) => ({ sql, parameters: [] }));
  const mark = { sql: INSERT_MIGRATION, parameters: [migration.number, migration.name] };
  try {
    // The mark goes first: of two that migrate at once the slower one fails on it, before any other statement.
    await engine.write([mark, ...steps]);
  } catch (error) {
    if (!(error instanceof UniqueViolationError)) throw error;
  }
}

/**
 * Brings a database's schema to the present: runs the migrations that its table does not name, each in one atomic
 * batch. Can be run again, and by several processes at once.
 */
export async function migrate(
  engine: SqlEngine,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await engine.write([{ sql: CREATE_MIGRATIONS, parameters: [] }]);
  const done = await applied(engine);
  for (const migration of migrations) {
    if (!done.has(migration.number)) await apply(engine, migration);
  }
}
