import type { SqlEngine, SqlRow, SqlValue } from './engine.ts';
import type { KeyStore, StoredKey } from './keys.ts';
import { storable } from './rows.ts';
import { INSERT_KEY, REVOKE_KEY, ROTATE_KEY, SELECT_KEY, SELECT_KEYS, USE_KEY } from './sql/keys.ts';

const time = (row: SqlRow, column: string) => (row[column] === null ? null : Number(row[column]));
const text = (row: SqlRow, column: string) => row[column] as string;

function keyOf(row: SqlRow): StoredKey {
  const until = time(row, 'former_until');
  return {
    id: text(row, 'id'),
    tenant: text(row, 'tenant'),
    source: text(row, 'source'),
    scopes: JSON.parse(text(row, 'scopes')) as string[],
    digest: text(row, 'digest'),
    former: until === null ? null : { digest: text(row, 'former_digest'), until },
    createdAt: Number(row.created_at),
    createdBy: text(row, 'created_by'),
    expiresAt: time(row, 'expires_at'),
    revokedAt: time(row, 'revoked_at'),
    lastUsedAt: time(row, 'last_used_at'),
  };
}

/** Generated keys over any engine whose schema is at the present. */
export function createKeyStore(engine: SqlEngine): KeyStore {
  const changed = async (sql: string, parameters: readonly SqlValue[]) => {
    const [rows] = await engine.write([{ sql, parameters }]);
    return rows !== undefined && rows.length > 0;
  };

  return {
    async create({ id, tenant, source, scopes, digest, createdAt, createdBy, expiresAt }) {
      const named = [id, storable(tenant), storable(source), JSON.stringify(scopes), digest];
      await engine.write([{ sql: INSERT_KEY, parameters: [...named, createdAt, createdBy, expiresAt] }]);
    },

    async find(id) {
      const [row] = await engine.read({ sql: SELECT_KEY, parameters: [storable(id)] });
      return row ? keyOf(row) : null;
    },

    async list({ tenant, source }) {
      const conditions = [tenant, source].map((name) => (name === undefined ? null : storable(name)));
      const parameters = conditions.flatMap((value) => [value, value]);
      return (await engine.read({ sql: SELECT_KEYS, parameters })).map(keyOf);
    },

    rotate: (id, digest, formerUntil) => changed(ROTATE_KEY, [formerUntil, digest, id]),

    revoke: (id, at) => changed(REVOKE_KEY, [at, id]),

    async used(id, at) {
      await engine.write([{ sql: USE_KEY, parameters: [at, id] }]);
    },
  };
}
