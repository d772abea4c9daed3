import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createHash } from 'node:crypto';
import { v4 } from 'uuid';
import { openSqliteLog } from '../audit/sqlite/index.ts';
import {
  createIndexer,
  createSealer,
  routesOf,
  servicesOf,
  type Configuration,
  type Services,
} from '../gateway/index.ts';
import { freeBytesFor } from '../gateway/node/index.ts';
import type { Crosswalk } from '../mappings/index.ts';
import { configurationOf } from './configuration.ts';
import type { LogPlace } from './record-log.ts';
import { loadTables } from './crosswalk.ts';
import { CommandFault, type Terminal } from './terminal.ts';

/** The gateway's flow without its server: what is taken is recorded and routed; a gateway that runs delivers it. */
export interface Flow {
  readonly services: Services;
  readonly configuration: Configuration;
  /** Indexes the events that were taken as the statements that they map to, and seals what was taken. */
  readonly finish: () => Promise<void>;
}

/** Lets something be done with the flow of a configuration over its record log, which is made where there is none. */
export async function withFlow<Result>(
  { config, database }: LogPlace,
  terminal: Terminal,
  work: (flow: Flow) => Promise<Result>,
): Promise<Result> {
  const configuration = configurationOf(config);
  const path = database ?? configuration.data;
  const usual = await loadTables(configuration.mappings);
  const own = new Map<string, Crosswalk>();
  for (const { name, mappings } of configuration.tenants) {
    if (mappings !== undefined) own.set(name, await loadTables(mappings));
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const log = await openSqliteLog(path).catch((error: unknown) => {
    throw new CommandFault(`cannot open the record log at ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  });
  const crosswalk = (tenant: string) => own.get(tenant) ?? usual;
  const report = () => undefined;
  const now = () => terminal.now().getTime();
  const indexer = createIndexer({ log, crosswalk, now, report, schedule: () => undefined });
  const sealer = createSealer({ log, now, report, schedule: () => undefined });
  const settings = {
    credentials: [],
    sources: [],
    destinations: [],
    pulls: [],
    alerts: null,
    routes: routesOf(configuration),
  };
  const services = servicesOf(configuration, settings, {
    log,
    crosswalk,
    indexer,
    sealer,
    digest: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
    now,
    newId: v4,
    notify: () => undefined,
    report,
    freeBytes: () => freeBytesFor(path),
  });
  try {
    return await work({
      services,
      configuration,
      async finish() {
        await indexer.catchUp(Number.MAX_SAFE_INTEGER);
        await sealer.seal(Number.MAX_SAFE_INTEGER);
      },
    });
  } finally {
    await log.close();
  }
}
