import { Parser } from 'n3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../src/gateway/node/index.ts';
import { parseConfiguration } from '../src/gateway/index.ts';
import { envelope, event } from './runtime/gateway-records.ts';
import { ENVIRONMENT } from './support/app.ts';
import { crosswalk } from './support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'crosswalk-rdf-'));
const database = join(folder, 'log.sqlite');
const anonymous = () => event({ session: { id: '_:session', type: 'Session' } });

beforeAll(async () => {
  const configuration = parseConfiguration({ listen: { port: 0 }, data: database });
  const gateway = await startGateway({ configuration, environment: ENVIRONMENT, report: () => {} });
  const answer = await fetch(`${gateway.url}/caliper`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(envelope([anonymous(), anonymous()])),
  });
  expect(answer.status).toBe(200);
  await gateway.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

it('the log as N-Quads is one document: a graph for each record, and no blank node of two', async () => {
  const { status, output } = await crosswalk(['log', '--database', database, '--format', 'nquads']);
  expect(status).toBe(0);
  const quads = new Parser({ format: 'application/n-quads' }).parse(output);
  const graphs = new Map<string, Set<string>>();
  for (const { subject, graph } of quads) {
    const blanks = graphs.get(graph.value) ?? new Set<string>();
    if (subject.termType === 'BlankNode') blanks.add(subject.value);
    graphs.set(graph.value, blanks);
  }
  const [first, second] = [...graphs.values()];
  expect([...graphs.keys()].every((name) => /^urn:sha256:[0-9a-f]{64}$/.test(name))).toBe(true);
  expect([graphs.size, first?.size, second?.size]).toEqual([2, 1, 1]);
  expect([...(first ?? [])].filter((label) => second?.has(label))).toEqual([]);
});
