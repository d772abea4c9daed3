import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../src/json/index.ts';
import { toCaliper, toXapi } from '../src/index.ts';
import { envelope, event, person } from './runtime/gateway-records.ts';
import { appInMemory, ENVIRONMENT } from './support/app.ts';

const vendors = new URL('fixtures/vendors/', import.meta.url);
const wholes: readonly JsonObject[] = [
  envelope([event(), person()]) as unknown as JsonObject,
  ...readdirSync(vendors).map(
    (file) => JSON.parse(readFileSync(new URL(file, vendors), 'utf8')) as JsonObject,
  ),
];

/** Values that a member does not expect, and names that JavaScript gives a meaning. */
const ODD: readonly JsonValue[] = [
  ...[
    null,
    true,
    0,
    -1,
    1e308,
    0.1,
    '',
    ' ',
    '\u0000',
    '\ud800',
    '__proto__',
    'urn:uuid:',
    'http://[',
    '_:',
    'PT',
  ],
  ...['2018-13-45T99:99:99Z', 'Infinity', '<script>', 'x'.repeat(5_000)],
  ...[
    [],
    [[]],
    [null],
    {},
    { '@context': null },
    { id: {} },
    { type: ['Person'] },
    { '@context': [{ a: '@id' }] },
  ],
  ...[{ '@context': { a: 'a:a' } }, [{ id: 'https://a', type: 'Person' }], { constructor: { prototype: 1 } }],
];
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '@context',
  '@id',
  '@type',
  'id',
  'type',
  'action',
  'extensions',
];

interface Edit {
  readonly kind: 'put' | 'add' | 'drop' | 'wrap' | 'copy';
  readonly at: number;
  readonly from: number;
  readonly value: JsonValue;
  readonly name: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('put', 'add', 'drop', 'wrap', 'copy'),
  at: fc.nat(10_000),
  from: fc.nat(10_000),
  value: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...ODD) },
    { weight: 1, arbitrary: fc.jsonValue() },
  ),
  name: fc.constantFrom(...NAMES),
});

type Holder = Record<string, JsonValue> | JsonValue[];

/** Every place of a value: what holds it, and under which name. */
function places(value: JsonValue, found: [Holder, string][] = []): [Holder, string][] {
  if (typeof value !== 'object' || value === null) return found;
  for (const name of Object.keys(value)) {
    found.push([value as Holder, name]);
    places((value as Record<string, JsonValue>)[name] ?? null, found);
  }
  return found;
}

function put(holder: Holder, name: string, value: JsonValue): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function edited(whole: JsonObject, { kind, at, from, value, name }: Edit): void {
  const all = places(whole);
  const [holder, key] = all[at % all.length] ?? [whole as Holder, 'data'];
  const present = (holder as Record<string, JsonValue>)[key] ?? null;
  if (kind === 'put') put(holder, key, structuredClone(value));
  else if (kind === 'add' && !Array.isArray(holder)) put(holder, name, structuredClone(value));
  else if (kind === 'drop' && !Array.isArray(holder)) delete holder[key];
  else if (kind === 'wrap') put(holder, key, [present]);
  else if (kind === 'copy') {
    const [other, otherKey] = all[from % all.length] ?? [holder, key];
    put(holder, key, structuredClone((other as Record<string, JsonValue>)[otherKey] ?? null));
  }
}

/** A whole envelope with edits anywhere, sometimes with its text damaged, too. */
const mutated = fc
  .tuple(
    fc.constantFrom(...wholes),
    fc.array(edit, { minLength: 1, maxLength: 4 }),
    fc.option(fc.tuple(fc.nat(3_000), fc.nat(8), fc.string({ unit: 'binary', maxLength: 4 })), { freq: 6 }),
  )
  .map(([whole, edits, damage]) => {
    const copy = structuredClone(whole);
    for (const one of edits) edited(copy, one);
    const text = JSON.stringify(copy);
    if (!damage) return text;
    const [at, length, instead] = damage;
    return text.slice(0, at) + instead + text.slice(at + length);
  });

const STATUSES = [200, 400, 413, 422];
/** Milliseconds of processor time that an answer may take: a clock would also count what else the machine does. */
const SLOWEST = 2_000;

/** Bytes by which the heap may grow from the first tenth of the runs to the last: nothing of a request is kept. */
const MOST_GROWTH = 150e6;

/** `npm run soak:caliper` sends a million; CROSSWALK_FUZZ_RUNS and CROSSWALK_FUZZ_SEED choose other runs. */
const RUNS = Number(process.env['CROSSWALK_FUZZ_RUNS'] ?? 3_000);
const SEED = Number(process.env['CROSSWALK_FUZZ_SEED'] ?? 20260115);

describe('whatever is sent to the Caliper endpoint', () => {
  it(
    'gets an answer that the specification has, and in bounded time',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'crosswalk-fuzz-'));
      const { app, log, notices } = await appInMemory({}, { database: join(folder, 'log.sqlite') });
      const headers = {
        authorization: `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`,
        'content-type': 'application/json',
      };
      const seen = new Map<number, number>();
      let heap = 0;
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(mutated, async (body) => {
          runs += 1;
          if (runs === Math.ceil(RUNS / 10)) heap = process.memoryUsage().heapUsed;
          const before = process.cpuUsage();
          const answer = await app.request('/caliper', { method: 'POST', headers, body });
          const { user, system } = process.cpuUsage(before);
          expect((user + system) / 1_000).toBeLessThan(SLOWEST);
          expect(STATUSES).toContain(answer.status);
          seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
          const text = await answer.text();
          if (answer.status === 200) expect(text).toBe('');
          else
            expect(JSON.parse(text)).toMatchObject({
              status: answer.status,
              code: expect.any(String) as string,
            });
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: RUNS > 10_000 },
      );
      expect(process.memoryUsage().heapUsed - heap).toBeLessThan(MOST_GROWTH);
      expect(notices.filter(({ level }) => level === 'error')).toEqual([]);
      expect(Object.keys(Object.prototype)).toEqual([]);
      // mutations that reach one answer only would prove little
      expect([200, 400, 422].filter((status) => (seen.get(status) ?? 0) < RUNS / 100)).toEqual([]);
      await log.close();
      rmSync(folder, { recursive: true });
    },
    60_000 + RUNS * 20,
  );

  it(
    'and was taken, is converted or refused with a reason, and returns exactly',
    () => {
      let converted = 0;
      fc.assert(
        fc.property(mutated, (text) => {
          let value: JsonValue;
          try {
            value = JSON.parse(text) as JsonValue;
          } catch {
            return;
          }
          const data =
            typeof value === 'object' && value !== null ? (value as JsonObject)['data'] : undefined;
          for (const item of Array.isArray(data) ? data : []) {
            if (typeof item !== 'object' || item === null || Array.isArray(item)) continue;
            const conversion = toXapi(item);
            if (!conversion.ok) {
              expect(conversion.diagnostics.length).toBeGreaterThan(0);
              continue;
            }
            converted += 1;
            const back = toCaliper(JSON.parse(JSON.stringify(conversion.record)) as JsonObject);
            expect(back.ok && back.record).toEqual(item);
          }
        }),
        { numRuns: Math.ceil(RUNS / 3), seed: SEED },
      );
      expect(converted).toBeGreaterThan(RUNS / 20);
    },
    60_000 + RUNS * 20,
  );
});
