import { v4 } from 'uuid';
import { openSqliteLog } from '../../src/audit/sqlite/index.ts';
import {
  createGateway,
  parseConfiguration,
  portableDigest,
  settingsOf,
  type ConfigurationInput,
  type Environment,
  type Notice,
} from '../../src/gateway/index.ts';
import type { Indexer } from '../../src/gateway/lrs/indexer.ts';
import { createMeter } from '../../src/gateway/metrics/index.ts';
import { shippedCrosswalk } from '../../src/index.ts';

/** Values of the secrets that tests name. */
export const ENVIRONMENT = { CROSSWALK_TOKEN: 'a-token-for-tests' };

interface Surroundings {
  readonly now?: () => number;
  readonly environment?: Environment;
  /** File of the record log; in memory where none is named. */
  readonly database?: string;
  /** What indexes events; by default as a host without one of its own does. */
  readonly indexer?: Indexer;
  /** When long bodies are worked on; at once by default. */
  readonly nextTurn?: () => Promise<void>;
}

/** The app over a record log in memory, without a socket, with what it reports. */
export async function appInMemory(
  input: ConfigurationInput = {},
  { now = Date.now, environment = ENVIRONMENT, database = ':memory:', indexer, nextTurn }: Surroundings = {},
) {
  const configuration = parseConfiguration(input);
  const log = await openSqliteLog(database);
  const notices: Notice[] = [];
  const app = createGateway(configuration, settingsOf(configuration, environment, portableDigest), {
    log,
    crosswalk: shippedCrosswalk,
    digest: portableDigest,
    now,
    newId: v4,
    meter: createMeter(),
    notify: () => {},
    report: (notice) => notices.push(notice),
    ...(indexer && { indexer }),
    ...(nextTurn && { nextTurn }),
  });
  return { app, log, notices };
}
