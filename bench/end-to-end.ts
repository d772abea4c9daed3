import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from './benchmark.ts';
import { bareRoute, delivered, destinations, gateway, sender } from './load/processes.ts';
import { seedOfRound } from './records.ts';
import { comparedServers } from './servers.ts';

const CONNECTIONS = 4;

/** Received, validated, stored, mapped and delivered to an LRS and a Caliper endpoint: from the first request to the last delivery. */
export const endToEnd: Benchmark = {
  name: 'end-to-end',
  about: 'mixed records from the first request until an LRS and a Caliper endpoint have them all',
  async run({ seed, deliveredRecords: records, rounds }, tell) {
    const folder = mkdtempSync(join(tmpdir(), 'crosswalk-bench-'));
    const behind = await destinations();
    const own = await gateway(folder, behind);
    const bare = await bareRoute(folder);
    const load = sender();
    const loadOf = (url: string, round: number) => ({
      url,
      kind: 'mixed' as const,
      seed: seedOfRound(seed, round),
      records,
      connections: CONNECTIONS,
    });
    try {
      return await comparedServers(
        {
          name: 'end to end, one LRS and one Caliper endpoint',
          floor: 'the bare route, which delivers nothing',
          aim: 0.35,
          servers: { own, floor: bare },
          async own(round) {
            const { begunAt, arrivedAt } = await delivered(load, behind, loadOf(own.url, round));
            return (arrivedAt - begunAt) / 1000;
          },
          floorOf: async (round) => (await load.send(loadOf(bare.url, round))).seconds,
        },
        { records, rounds },
        tell,
      );
    } finally {
      await Promise.all([own.close(), bare.close(), load.close(), behind.close()]);
      rmSync(folder, { recursive: true });
    }
  },
};
