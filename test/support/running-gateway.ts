import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfiguration, type ConfigurationInput } from '../../src/gateway/index.ts';
import { startGateway, type RunningGateway } from '../../src/gateway/node/index.ts';

/** The secret of the default source in tests: a bearer token, and the password of `local`. */
export const TOKEN = 'a-token-for-tests';

/** A gateway that really listens, on a free port and an empty record log that goes with it. */
export async function runningGateway(configuration: ConfigurationInput = {}): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-gateway-'));
  const gateway = await startGateway({
    configuration: parseConfiguration({
      listen: { port: 0 },
      data: join(folder, 'log', 'crosswalk.sqlite'),
      ...configuration,
    }),
    environment: { CROSSWALK_TOKEN: TOKEN },
    report: () => {},
  });
  return {
    url: gateway.url,
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true });
    },
  };
}
