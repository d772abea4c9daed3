import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v4 } from 'uuid';
import type { Storage } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import {
  createGateway,
  parseConfiguration,
  portableDigest,
  settingsOf,
  type Notice,
} from '../src/gateway/index.ts';
import { shippedCrosswalk } from '../src/index.ts';
import { statement } from './runtime/gateway-records.ts';
import { folder, type Folder } from './support/command-line.ts';

const TOKEN = 'a-token-for-tests';

/** A file system of a few megabytes, or nothing where this user may not mount one. */
function smallDisk(path: string): { free(): void } | null {
  mkdirSync(path);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path]);
  return status === 0 ? { free: () => void execFileSync('umount', ['-l', path]) } : null;
}

describe('a gateway whose storage fails', () => {
  let files: Folder;
  let notices: Notice[];
  let log: Storage;
  let app: ReturnType<typeof createGateway>;

  beforeEach(() => {
    files = folder();
    notices = [];
  });
  afterEach(async () => {
    await log?.close().catch(() => undefined);
    files.remove();
  });

  async function start(database: Sqlite.Database): Promise<void> {
    const configuration = parseConfiguration({});
    log = await openSqliteLog(database);
    app = createGateway(
      configuration,
      settingsOf(configuration, { CROSSWALK_TOKEN: TOKEN }, portableDigest),
      {
        log,
        crosswalk: shippedCrosswalk,
        digest: portableDigest,
        now: Date.now,
        newId: v4,
        notify: () => {},
        report: (notice) => notices.push(notice),
      },
    );
  }

  async function send(size = 10) {
    const one = { ...statement(), result: { response: 'x'.repeat(size) } };
    const answer = await app.request('/xapi/statements', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
      },
      body: JSON.stringify(one),
    });
    const body = (await answer.json()) as { code?: string };
    return { id: one.id, status: answer.status, code: body.code, after: answer.headers.get('retry-after') };
  }
  const kept = async () => (await log.read({ limit: 10_000 })).map(({ id }) => id);
  const reported = () => notices.filter(({ event }) => event === 'log-unavailable').map(({ fault }) => fault);

  it('says that the disk is full, keeps what it had acknowledged, and goes on once there is room', async (context) => {
    const path = join(files.path, 'disk');
    const disk = smallDisk(path);
    if (!disk) return context.skip('this user may not mount a file system');
    try {
      await start(new Sqlite(join(path, 'log.sqlite')));
      const ballast = join(path, 'ballast');
      writeFileSync(ballast, Buffer.alloc(500_000));
      const acknowledged: string[] = [];
      let answer = await send(20_000);
      for (let tries = 0; answer.status === 200 && tries < 500; tries += 1) {
        acknowledged.push(answer.id);
        answer = await send(20_000);
      }
      expect(answer).toMatchObject({ status: 503, code: 'log-full', after: '60' });
      expect(reported()).toContain('full');
      expect(acknowledged.length).toBeGreaterThan(5);
      expect(await kept()).toEqual(acknowledged);
      rmSync(ballast);
      const later = await send(1_000);
      expect(later.status).toBe(200);
      expect(await kept()).toEqual([...acknowledged, later.id]);
      await log.proof.seal(Infinity, 1);
      expect((await log.proof.verify({ onFault: () => undefined })).faults).toBe(0);
    } finally {
      await log.close().catch(() => undefined);
      disk.free();
    }
  });

  it('says that another process holds the log, and goes on once it lets go', async () => {
    const path = join(files.path, 'log.sqlite');
    const database = new Sqlite(path);
    await start(database);
    database.pragma('busy_timeout = 50');
    const other = new Sqlite(path);
    other.exec('BEGIN IMMEDIATE');
    expect(await send()).toMatchObject({ status: 503, code: 'log-locked', after: '2' });
    expect(reported()).toEqual(['locked']);
    other.exec('COMMIT');
    other.close();
    const { status, id } = await send();
    expect([status, await kept()]).toEqual([200, [id]]);
  });

  it('says that the log cannot be written, still reads it, and goes on once it can', async () => {
    const database = new Sqlite(join(files.path, 'log.sqlite'));
    await start(database);
    const { id } = await send();
    database.pragma('query_only = ON');
    expect(await send()).toMatchObject({ status: 503, code: 'log-read-only', after: '60' });
    expect(reported()).toEqual(['read-only']);
    expect(await kept()).toEqual([id]);
    database.pragma('query_only = OFF');
    expect((await send()).status).toBe(200);
  });

  it('says that a page is damaged, and goes on with a file that is whole', async () => {
    const path = join(files.path, 'log.sqlite');
    await start(new Sqlite(path));
    const ids = [(await send(9_000)).id, (await send(9_000)).id];
    await log.close();
    copyFileSync(path, `${path}.backup`);
    const database = new Sqlite(path);
    const root = database.prepare<[], { rootpage: number }>(
      "SELECT rootpage FROM sqlite_schema WHERE name = 'records'",
    );
    const page = root.get()!.rootpage;
    const size = database.pragma('page_size', { simple: true }) as number;
    database.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(size, 0xa5), 0, size, (page - 1) * size);
    closeSync(file);

    await start(new Sqlite(path));
    expect(await send()).toMatchObject({ status: 503, code: 'log-damaged', after: '300' });
    expect(reported()).toEqual(['damaged']);
    await log.close();
    copyFileSync(`${path}.backup`, path);
    await start(new Sqlite(path));
    expect((await send()).status).toBe(200);
    expect((await kept()).slice(0, 2)).toEqual(ids);
  });
});
