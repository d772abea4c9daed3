import fc from 'fast-check';
import parsePrometheusText from 'parse-prometheus-text-format';
import { describe, expect, it } from 'vitest';
import { exposition, type Family } from '../src/gateway/metrics/exposition.ts';
import { createMeter } from '../src/gateway/metrics/index.ts';

interface Parsed {
  name: string;
  help: string;
  type: string;
  metrics: {
    value?: string;
    labels?: Record<string, string>;
    buckets?: Record<string, string>;
  }[];
}

const parsed = (text: string) => parsePrometheusText(text) as Parsed[];

/** Printable text and what has to be escaped. The parser that is used here knows no other escapes. */
const label = fc
  .array(fc.constantFrom('a', 'Z', '9', ' ', '"', '\\', '\n', '{', '}', ',', '=', '#', 'é', '😀'), {
    maxLength: 8,
  })
  .map((characters) => characters.join(''));

describe('the text format of metrics', () => {
  it('gives a parser back every name, label and value', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ destination: label, reason: label, value: fc.integer({ min: 0 }) }), {
          minLength: 1,
          maxLength: 5,
          selector: ({ destination, reason }) => JSON.stringify([destination, reason]),
        }),
        (rows) => {
          const family: Family = {
            name: 'crosswalk_things',
            help: 'What is\ncounted \\ here.',
            type: 'gauge',
            samples: rows.map(({ value, ...labels }) => ({ labels, value })),
          };
          const [read] = parsed(exposition([family]));
          expect(read).toMatchObject({ name: 'crosswalk_things', type: 'GAUGE' });
          expect(read?.metrics.map(({ labels, value }) => ({ ...labels, value }))).toEqual(
            rows.map(({ value, ...labels }) => ({ ...labels, value: String(value) })),
          );
        },
      ),
    );
  });

  it('keeps each sample on one line, and leaves out what has none', () => {
    const text = exposition([
      { name: 'empty', help: 'Nothing.', type: 'gauge', samples: [] },
      { name: 'one', help: 'a\nb', type: 'counter', samples: [{ labels: { x: '1\n2"\\' }, value: 0.5 }] },
    ]);
    expect(text).toBe('# HELP one a\\nb\n# TYPE one counter\none{x="1\\n2\\"\\\\"} 0.5\n');
  });
});

describe('a meter', () => {
  it('counts records by source, language and outcome', () => {
    const meter = createMeter();
    const record = { tenant: 'default', source: 'lms', language: 'caliper' } as const;
    meter.received(
      [record, record, record],
      [
        { outcome: 'stored', seq: 1 },
        { outcome: 'stored', seq: 2 },
        { outcome: 'duplicate', seq: 1 },
      ],
    );
    const text = exposition(meter.families());
    expect(text).toContain(
      'crosswalk_records_received_total{source="lms",language="caliper",outcome="stored"} 2\n',
    );
    expect(text).toContain('outcome="duplicate"} 1\n');
  });

  it('counts each rule that a refused request broke once', () => {
    const meter = createMeter();
    const errors = ['a', 'a', 'b'].map((rule) => ({ path: '', message: '', rule }));
    meter.refused({ status: 400, code: 'invalid-statement', detail: '', errors });
    meter.refused({ status: 401, code: 'unauthorized', detail: '' });
    const text = exposition(meter.families());
    expect(text).toContain('crosswalk_refusals_total{status="400",code="invalid-statement"} 1\n');
    expect(text).toContain('crosswalk_refusal_rules_total{rule="a"} 1\n');
    expect(text).toContain('crosswalk_refusal_rules_total{rule="b"} 1\n');
  });

  it('sorts durations into cumulative buckets', () => {
    const meter = createMeter();
    for (const seconds of [0.001, 0.005, 0.3, 60]) meter.answered('POST', '/caliper', 200, seconds);
    const text = exposition(meter.families());
    const [histogram] = parsed(text);
    expect(histogram).toMatchObject({ name: 'crosswalk_request_duration_seconds', type: 'HISTOGRAM' });
    const [metric] = histogram!.metrics;
    expect(metric?.buckets).toMatchObject({ '0.005': '2', '0.25': '2', '0.5': '3', '10': '3', '+Inf': '4' });
    expect(text).toMatch(/^crosswalk_request_duration_seconds_count\{.*\} 4$/m);
    expect(text).toMatch(/^crosswalk_request_duration_seconds_sum\{.*\} 60\.306$/m);
  });

  it('knows every resource by its name, and what lies below it', () => {
    const meter = createMeter();
    for (const path of ['/terms', '/erasures', '/keys/1/rotate', '/xapi/activities/state', '/termsofuse'])
      meter.answered('GET', path, 200, 0);
    const text = exposition(meter.families());
    const resources = [...text.matchAll(/_count\{.*resource="([^"]*)".*\}/g)].map(([, name]) => name);
    expect(resources).toEqual(['/terms', '/erasures', '/keys', '/xapi/activities/state', 'other']);
  });

  it('has no more series than there are resources, whatever paths and methods are asked for', () => {
    const meter = createMeter();
    fc.assert(fc.property(fc.webPath(), fc.string(), (path, method) => meter.answered(method, path, 404, 0)));
    for (let at = 0; at < 50; at += 1) meter.answered('GET', `/records/${at}`, 200, 0);
    const [histogram] = parsed(exposition(meter.families()));
    expect(histogram!.metrics.length).toBeLessThan(10);
  });
});
