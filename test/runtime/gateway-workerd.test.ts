import type { Readable } from 'node:stream';
import { Miniflare } from 'miniflare';
import { expect, it } from 'vitest';
import { builtWorker, compatibility } from '../support/built-worker.ts';
import { lacking, STRICT_WITHOUT_TLS } from './gateway-headers.ts';
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

it('a Worker that is not configured says so to everybody, with strict headers, and why to its owner alone', async () => {
  let written = '';
  const host = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents: builtWorker() }],
    ...compatibility,
    d1Databases: ['DB'],
    handleRuntimeStdio(out: Readable, errors: Readable) {
      for (const stream of [out, errors]) stream.on('data', (piece) => (written += String(piece)));
    },
    bindings: { CROSSWALK_CONFIG: '{"unheard-of": 1}' },
  });
  const url = await host.ready;
  for (const path of ['/', '/healthz', '/caliper']) {
    const answer = await fetch(`${url.origin}${path}`);
    expect(answer.status).toBe(503);
    expect(lacking(answer, STRICT_WITHOUT_TLS)).toEqual([]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'misconfigured' });
    expect(text).not.toContain('unheard-of');
  }
  await host.dispose();
  expect(written).toContain('unheard-of');
});
