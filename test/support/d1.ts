import { Miniflare } from 'miniflare';
import type { D1Database, D1Statement } from '../../src/audit/d1/index.ts';
import type { SqlRow } from '../../src/audit/engine.ts';

/**
 * A Worker that runs batches on a database of its own. Miniflare can also hand a binding out of workerd, but through a
 * proxy that waits synchronously for each call and loses its place on a busy machine.
 */
const WORKER = `
const bytes = (value) => value?.base64 === undefined ? value : Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0));
export default {
  async fetch(request, env) {
    const { database, statements } = await request.json();
    const prepared = statements.map(({ sql, values }) => env[database].prepare(sql).bind(...values.map(bytes)));
    try {
      const answers = await env[database].batch(prepared);
      return Response.json({ answers: answers.map(({ results, meta }) => ({ results, meta })) });
    } catch (error) {
      return Response.json({ error: error.message });
    }
  },
};`;

interface Bound extends D1Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

type Answers = { readonly answers: { results: SqlRow[] }[] } | { readonly error: string };

const sendable = (value: unknown): unknown =>
  value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;

/** Databases of D1 in a real workerd. It starts with the first one. */
export class D1Host {
  readonly #count: number;
  #host: Miniflare | undefined;
  #used = 0;

  /** `count` is how many databases there are to use up. */
  constructor(count: number) {
    this.#count = count;
  }

  /** A new, empty database. */
  database(): D1Database<Bound> {
    this.#host ??= new Miniflare({
      modules: true,
      script: WORKER,
      d1Databases: Object.fromEntries(
        Array.from({ length: this.#count }, (_, at) => [`DB${at + 1}`, `db-${at + 1}`]),
      ),
    });
    const [host, name] = [this.#host, `DB${(this.#used += 1)}`];
    const batch = async (statements: readonly Bound[]) => {
      const body = JSON.stringify({
        database: name,
        statements: statements.map(({ sql, values }) => ({ sql, values: values.map(sendable) })),
      });
      const response = await host.dispatchFetch('http://d1.test/', { method: 'POST', body });
      const done = (await response.json()) as Answers;
      if ('error' in done) throw new Error(done.error);
      return done.answers;
    };
    const bound = (sql: string, values: readonly unknown[]): Bound => ({
      sql,
      values,
      bind: (...given) => bound(sql, given),
      all: async () => {
        const [answer] = await batch([bound(sql, values)]);
        if (!answer) throw new Error('a batch of one statement has one answer');
        return answer;
      },
    });
    return { prepare: (sql) => bound(sql, []), batch };
  }

  /** Ends workerd with all databases; the next one asked for starts another. */
  async dispose(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    this.#used = 0;
    await host?.dispose();
  }
}
