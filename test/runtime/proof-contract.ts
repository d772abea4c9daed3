import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, Storage } from '../../src/audit/index.ts';
import { event, statement } from './log-records.ts';

/** How a driver's chain is put under the contract. */
export interface ProofDriver {
  readonly name: string;
  create(): Promise<{
    /** A storage on the database, as another process or isolate would open it. */
    open(): Promise<Storage>;
    /** Changes the database behind the log's back. */
    tamper(sql: string): Promise<void>;
  }>;
  dispose(): Promise<void>;
}

const skip = { onConflict: 'skip' } as const;

/** What the chain of every driver does. */
export function shouldKeepTheProofContract(driver: ProofDriver): void {
  describe(`the chain in ${driver.name}`, () => {
    let database: Awaited<ReturnType<ProofDriver['create']>>;
    let log: Storage;

    beforeEach(async () => {
      database = await driver.create();
      log = await database.open();
    });
    afterAll(() => driver.dispose());

    async function verified(anchors: { number: number; value: string }[] = []) {
      const faults: Fault[] = [];
      const result = await log.proof.verify({ anchors, onFault: (fault) => void faults.push(fault) });
      expect(result.faults).toBe(faults.length);
      return { ...result, faults: faults.map(({ code, seq, seal }) => ({ code, at: seq ?? seal })) };
    }
    const appended = (from: number, count: number) =>
      log.append(
        Array.from({ length: count }, (_, at) =>
          (at % 2 ? statement : event)(`record ${from + at}`, { deliveries: [] }),
        ),
        skip,
      );

    it('holds nothing at first', async () => {
      expect(await log.proof.state()).toEqual({
        head: { number: 0, last: 0, value: '0'.repeat(64), sealedAt: null },
        unsealed: 0,
        erased: 0,
      });
      expect(await verified()).toMatchObject({ records: 0, seals: 0, faults: [] });
    });

    it('seals what was appended, batch by batch, and finds it as it was sealed', async () => {
      await appended(1, 5);
      expect((await verified()).unsealed).toBe(5);
      expect(await log.proof.seal(Infinity, 1)).toBe(5);
      await appended(6, 260);
      expect(await log.proof.seal(100, 2)).toBe(100);
      expect(await log.proof.seal(Infinity, 2)).toBe(160);
      expect(await log.proof.seal(Infinity, 3)).toBe(0);
      expect((await log.proof.state()).head).toMatchObject({ number: 3, last: 265, sealedAt: 2 });
      expect(await verified()).toMatchObject({ records: 265, seals: 3, unsealed: 0, faults: [] });
    });

    it('seals after its next start what it had not sealed, and counts it until then', async () => {
      await appended(1, 3);
      await log.proof.seal(2, 1);
      await log.close();
      log = await database.open();
      expect(await verified()).toMatchObject({ records: 2, unsealed: 1, faults: [] });
      await log.proof.seal(Infinity, 2);
      expect(await verified()).toMatchObject({ records: 3, unsealed: 0, faults: [] });
    });

    it('stays one chain where several append and seal at once', async () => {
      const logs = [log, await database.open(), await database.open()];
      await Promise.all(
        logs.map(async (each, who) => {
          for (let round = 0; round < 4; round += 1) {
            await each.append([statement(`${who} ${round}`), event(`${who} ${round}`)], skip);
            await each.proof.seal(Infinity, round);
          }
        }),
      );
      await log.proof.seal(Infinity, 5);
      expect(await verified()).toMatchObject({ records: 24, unsealed: 0, faults: [] });
    });

    it('says where a record was changed, taken away, put in or moved', async () => {
      await appended(1, 10);
      await log.proof.seal(6, 1);
      await log.proof.seal(Infinity, 2);
      await database.tamper(`UPDATE records SET body = '{"id":"other"}' WHERE seq = 2`);
      await database.tamper(`UPDATE records SET received_at = received_at + 1 WHERE seq = 4`);
      await database.tamper(
        `UPDATE records SET seq = CASE seq WHEN 7 THEN -8 ELSE -7 END WHERE seq IN (7, 8)`,
      );
      await database.tamper(`UPDATE records SET seq = -seq WHERE seq < 0`);
      expect((await verified()).faults).toEqual([
        { code: 'body-changed', at: 2 },
        { code: 'record-changed', at: 4 },
        { code: 'record-changed', at: 7 },
        { code: 'record-changed', at: 8 },
      ]);
    });

    it('says which record is gone', async () => {
      const bare = [1, 2, 3, 4].map((at) => statement(`record ${at}`, { deliveries: [] }));
      await log.append(bare, skip);
      await log.proof.seal(3, 1);
      await database.tamper('DELETE FROM records WHERE seq = 2');
      expect((await verified()).faults).toEqual([{ code: 'record-missing', at: 2 }]);
      await database.tamper('DELETE FROM records WHERE seq = 4');
      expect((await verified()).faults).toContainEqual({ code: 'record-missing', at: 4 });
    });

    it('seals a gap as a gap, so that it is to be seen for ever', async () => {
      await log.append(
        [1, 2, 3, 4].map((at) => statement(`record ${at}`, { deliveries: [] })),
        skip,
      );
      await database.tamper('DELETE FROM records WHERE seq IN (1, 3)');
      await database.tamper('UPDATE records SET seq = 2500 WHERE seq = 4');
      for (const at of [1, 2, 3, 4]) await log.proof.seal(Infinity, at);
      expect(await verified()).toMatchObject({
        records: 2,
        unsealed: 0,
        faults: [1, ...Array.from({ length: 2_497 }, (_, at) => at + 3)].map((at) => ({
          code: 'record-missing',
          at,
        })),
      });
    });

    it('finds a seal that says something else, and one that is gone', async () => {
      await appended(1, 9);
      for (const at of [1, 2, 3]) await log.proof.seal(3, at);
      await database.tamper('UPDATE seals SET sealed_at = 7 WHERE number = 1');
      expect((await verified()).faults).toEqual([{ code: 'seal-changed', at: 1 }]);
      await database.tamper('UPDATE seals SET sealed_at = 1 WHERE number = 1');
      expect((await verified()).faults).toEqual([]);
      await database.tamper('DELETE FROM seals WHERE number = 2');
      expect((await verified()).faults).toEqual([{ code: 'seal-missing', at: 2 }]);
    });

    it('finds an end that was cut off by its anchor, and another log by its value', async () => {
      await appended(1, 4);
      await log.proof.seal(2, 1);
      await log.proof.seal(2, 2);
      const { head } = await log.proof.state();
      expect((await verified([head])).faults).toEqual([]);
      expect((await verified([{ number: 1, value: 'f'.repeat(64) }])).faults).toEqual([
        { code: 'anchor-mismatch', at: 1 },
      ]);
      await database.tamper('DELETE FROM seals WHERE number = 2');
      const { faults } = await verified([head]);
      expect(faults).toContainEqual({ code: 'anchor-mismatch', at: 2 });
      expect(faults).toContainEqual({ code: 'seal-missing', at: 2 });
    });

    it('finds what a destination would get in place of what was fixed', async () => {
      await log.append([event('one'), statement('two')], skip);
      await log.proof.seal(Infinity, 1);
      const [first] = await log.pending('lrs', 1);
      const { sha256 } = await import('./log-records.ts');
      const outbound = {
        form: 'mapped',
        body: '{"a":1}',
        digest: sha256('{"a":1}'),
        tables: null,
        resource: null,
        diagnostics: [],
      } as const;
      await log.fix([{ key: first!.key, outbound }]);
      expect(await verified()).toMatchObject({ outbound: 1, faults: [] });
      await database.tamper(`UPDATE outbound SET body = '{"a":2}'`);
      expect((await verified()).faults).toEqual([{ code: 'outbound-changed', at: 1 }]);
    });

    it('finds attachments and documents that are not what they were', async () => {
      const content = new TextEncoder().encode('hello');
      const { createHash } = await import('node:crypto');
      for (const algorithm of ['sha224', 'sha256', 'sha384', 'sha512']) {
        const sha2 = createHash(algorithm).update(content).digest('hex');
        await log.append([statement(algorithm)], { ...skip, attachments: [{ sha2, content }] });
      }
      const etag = createHash('sha1').update(content).digest('hex');
      const key = { tenant: 'campus', resource: 'state', activity: 'a', agent: 'b', id: 'c' } as const;
      await log.documents.write(key, { content, contentType: 'text/plain', etag, updatedAt: 1 }, null);
      expect(await verified()).toMatchObject({ attachments: 4, documents: 1, faults: [] });
      await database.tamper(`UPDATE attachments SET content = x'00' WHERE key = 3`);
      await database.tamper(`UPDATE documents SET content = x'00'`);
      expect((await verified()).faults.map(({ code }) => code)).toEqual([
        'attachment-changed',
        'document-changed',
      ]);
    });
  });
}
