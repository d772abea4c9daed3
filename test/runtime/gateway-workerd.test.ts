import type { Readable } from 'node:stream';
import { Miniflare } from 'miniflare';
import { builtWorker, compatibility } from '../support/built-worker.ts';
import { shouldBehaveAsAGateway } from './gateway-suite.ts';

shouldBehaveAsAGateway({
  name: 'workerd with D1',
  async open(configuration, environment) {
    const host = new Miniflare({
      modules: [{ type: 'ESModule', path: 'worker.js', contents: builtWorker() }],
      ...compatibility,
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
});
