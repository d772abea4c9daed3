import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';
import { shouldBehaveAsAGateway } from './gateway-suite.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CONFIGURATION = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8');
const DATE = /compatibility_date = "(.+)"/.exec(CONFIGURATION)?.[1];

let folder: string | undefined;

/** The Worker as `wrangler deploy` would upload it. */
function built(): string {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'crosswalk-worker-'));
    const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
    execFileSync(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', folder], {
      cwd: ROOT,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
      stdio: 'pipe',
    });
  }
  return join(folder, 'worker.js');
}

shouldBehaveAsAGateway({
  name: 'workerd with D1',
  codings: 'gzip',
  async open(configuration, environment) {
    const host = new Miniflare({
      modules: [{ type: 'ESModule', path: 'worker.js', contents: readFileSync(built(), 'utf8') }],
      ...(DATE === undefined ? {} : { compatibilityDate: DATE }),
      d1Databases: ['DB'],
      queueProducers: { DELIVERIES: 'deliveries' },
      queueConsumers: { deliveries: { maxBatchTimeout: 0 } },
      handleRuntimeStdio(out: Readable, errors: Readable) {
        out.resume();
        errors.resume();
      },
      bindings: { ...environment, CROSSWALK_CONFIG: JSON.stringify(configuration) },
    });
    const url = await host.ready;
    return {
      request: (path, init) => fetch(`${url.origin}${path}`, init),
      async tick() {
        const worker = await host.getWorker();
        await worker.scheduled({ cron: '* * * * *' });
      },
      close: () => host.dispose(),
    };
  },
  async dispose() {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  },
});
