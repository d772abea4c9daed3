/**
 * Sends a class hour of both languages through a real gateway with a Caliper endpoint and an LRS behind it, and shows
 * what became of it. Everything listens on free local ports. Ends with status 1 where anything was lost or altered.
 *
 * `npm run demo -- --seed 7 --learners 40`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { OutboxCount, RecordLog } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { parseConfiguration } from '../src/gateway/index.ts';
import { startGateway } from '../src/gateway/node/index.ts';
import { classHour } from './class-hour.ts';
import { losses } from './losses.ts';
import { caliperEndpoint, learningRecordStore, type Receiver } from './receivers.ts';
import { countsOf, kindOf, outboxText } from './report.ts';
import { sendHour } from './send.ts';

const PATIENCE_MS = 60_000;
const ENVIRONMENT = {
  PLATFORM: 'platform-token',
  PLAYER: 'player-password',
  LRS: 'lrs',
  ANALYTICS: 'analytics',
};

const { values } = parseArgs({ options: { seed: { type: 'string' }, learners: { type: 'string' } } });
process.exitCode = await demonstrate(Number(values.seed ?? 1), Number(values.learners ?? 24));

async function demonstrate(seed: number, learners: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-demo-'));
  const analytics = await caliperEndpoint();
  const lrs = await learningRecordStore();
  const database = join(folder, 'crosswalk.sqlite');
  const gateway = await startGateway({
    configuration: configurationOf(database, analytics, lrs),
    environment: ENVIRONMENT,
    report: ({ level, event, ...details }) => {
      if (level !== 'info') console.error(level, event, details);
    },
  });
  const log = await openSqliteLog(database);
  try {
    const hour = classHour(seed, learners);
    console.log(
      `A gateway at ${gateway.url}, a Caliper endpoint at ${analytics.url}, an LRS at ${lrs.url}.\n`,
    );
    const begin = performance.now();
    const { envelopes, batches } = await sendHour(gateway.url, hour, {
      platformToken: 'platform-token',
      playerPassword: 'player-password',
    });
    console.log(
      countsOf(`Sent as Caliper, in ${envelopes} envelopes`, [...hour.events, ...hour.describes].map(kindOf)),
    );
    console.log(countsOf(`Sent as xAPI, in ${batches} batches`, hour.statements.map(kindOf)));
    const counts = await delivered(log);
    console.log(
      `\nDelivered ${((performance.now() - begin) / 1000).toFixed(1)} s after the first request.\n`,
    );
    console.log(
      countsOf(`At the Caliper endpoint, in ${analytics.requests()} requests`, received(analytics)),
    );
    console.log(countsOf(`At the LRS, in ${lrs.requests()} requests`, received(lrs)));
    console.log(`\n${outboxText(counts)}\n${await samples(log)}`);
    return verdict(losses(hour, analytics, lrs));
  } finally {
    await gateway.close();
    await log.close();
    await Promise.all([analytics.close(), lrs.close()]);
    rmSync(folder, { recursive: true });
  }
}

function configurationOf(data: string, analytics: Receiver, lrs: Receiver) {
  return parseConfiguration({
    listen: { port: 0 },
    data,
    sources: [
      {
        name: 'platform',
        languages: ['caliper'],
        strict: true,
        credentials: [{ scheme: 'bearer', token: { env: 'PLATFORM' } }],
      },
      {
        name: 'player',
        languages: ['xapi'],
        strict: true,
        credentials: [{ scheme: 'basic', user: 'player', password: { env: 'PLAYER' } }],
      },
    ],
    destinations: [
      {
        name: 'analytics',
        kind: 'caliper',
        url: analytics.url,
        allowPrivate: true,
        authorization: { scheme: 'bearer', token: { env: 'ANALYTICS' } },
      },
      {
        name: 'lrs',
        kind: 'lrs',
        url: lrs.url,
        allowPrivate: true,
        authorization: { scheme: 'basic', user: 'crosswalk', password: { env: 'LRS' } },
      },
    ],
  });
}

/** Waits until nothing is pending, or until patience ends. */
async function delivered(log: RecordLog): Promise<OutboxCount[]> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const counts = await log.counts();
    if (counts.every(({ pending }) => pending === 0) || Date.now() > end) return counts;
    await pause(50);
  }
}

function received({ records, documents }: Receiver): string[] {
  return [...records.values(), ...documents.values()].map(kindOf);
}

/** One record of each language, as the record log tells of it. */
async function samples(log: RecordLog): Promise<string> {
  const lines = await Promise.all(
    (['caliper', 'xapi'] as const).map(async (language) => {
      const [record] = await log.read({
        language,
        kind: language === 'xapi' ? 'statement' : 'event',
        limit: 1,
      });
      if (!record) return `  no ${language} record`;
      const history = await log.history(record.seq);
      const ways = history.map(
        ({ destination, state, outbound }) => `${destination} ${state} (${outbound?.form ?? '?'})`,
      );
      return `  #${record.seq} ${language} ${kindOf(JSON.parse(record.body) as never)}: ${ways.join(', ')}`;
    }),
  );
  return lines.join('\n');
}

function verdict(found: readonly string[]): number {
  if (found.length === 0) {
    console.log(
      '\nNothing was lost: every record is at both destinations, and each conversion gives the original back.',
    );
    return 0;
  }
  console.log(`\n${found.length} records were lost or altered:`);
  for (const loss of found.slice(0, 20)) console.log(`  ${loss}`);
  return 1;
}
