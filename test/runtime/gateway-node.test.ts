import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfiguration } from '../../src/gateway/index.ts';
import { startGateway } from '../../src/gateway/node/index.ts';
import { shouldBehaveAsAGateway } from './gateway-suite.ts';

shouldBehaveAsAGateway({
  name: 'Node with an SQLite file',
  async open(configuration, environment) {
    const folder = mkdtempSync(join(tmpdir(), 'crosswalk-gateway-'));
    const gateway = await startGateway({
      configuration: parseConfiguration({
        ...configuration,
        listen: { port: 0 },
        data: join(folder, 'log', 'crosswalk.sqlite'),
      }),
      environment,
      report: () => {},
    });
    return {
      request: (path, init) => fetch(`${gateway.url}${path}`, init),
      tick: async () => {},
      async close() {
        await gateway.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
});
