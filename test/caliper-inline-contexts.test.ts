import { describe, expect, it } from 'vitest';
import { inCaliperTerms, recognise, validateRecord } from '../src/caliper/index.ts';
import type { JsonObject } from '../src/json/index.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';

const V1P2 = 'http://purl.imsglobal.org/ctx/caliper/v1p2';
const crosswalk = createCrosswalk(shippedTables(), ontology);

/** An event that says everything by names of its sender's own. */
const renamed = {
  '@context': [
    {
      cal: 'http://purl.imsglobal.org/caliper/',
      campus: 'https://example.edu/',
      key: '@id',
      kind: '@type',
      who: { '@id': 'cal:actor', '@type': '@id' },
      did: { '@id': 'cal:action', '@type': '@vocab' },
      what: 'caliper:object',
      at: { '@id': 'http://purl.imsglobal.org/caliper/eventTime' },
      looked: 'cal:actions/Viewed',
      mood: 'https://vendor.example/mood',
    },
    V1P2,
  ],
  key: 'urn:uuid:6c9a1ae5-8f05-4f4e-b6a8-2c5f0f0b7a11',
  kind: 'cal:ViewEvent',
  who: { key: 'campus:users/554433', kind: 'Person' },
  did: 'looked',
  what: { key: 'campus:pages/1', kind: 'Page', name: 'One' },
  at: '2026-01-15T10:15:00.000Z',
  mood: 'curious',
} satisfies JsonObject;

describe('an inline context that renames terms of Caliper', () => {
  it('is read as Caliper writes it, with the sender’s own terms as they are', () => {
    expect(inCaliperTerms(renamed).record).toMatchObject({
      id: renamed.key,
      type: 'ViewEvent',
      actor: { id: 'https://example.edu/users/554433', type: 'Person' },
      action: 'Viewed',
      object: { id: 'https://example.edu/pages/1', type: 'Page' },
      eventTime: renamed.at,
      mood: 'curious',
    });
  });

  it('is taken, each other name being a deviation at its own place', () => {
    expect(recognise(renamed)).toBe('event');
    const findings = validateRecord(renamed);
    expect(findings.filter(({ fatal }) => fatal)).toEqual([]);
    const paths = findings.filter(({ rule }) => rule === 'caliper-context-renames').map(({ path }) => path);
    expect(paths.sort()).toEqual(
      [
        '/at',
        '/did',
        '/key',
        '/kind',
        '/what',
        '/what/key',
        '/what/kind',
        '/who',
        '/who/key',
        '/who/kind',
      ].sort(),
    );
  });

  it('leaves other findings where the sender wrote the member', () => {
    const findings = validateRecord({ ...renamed, what: { ...renamed.what, name: 7 } });
    expect(findings.map(({ path }) => path)).toContain('/what/name');
  });

  it('maps as the same event in Caliper’s terms does, and returns exactly', () => {
    const conversion = crosswalk.toXapi(renamed);
    if (!conversion.ok) throw new Error(JSON.stringify(conversion.diagnostics));
    expect(conversion.record).toMatchObject({
      object: { id: 'https://example.edu/pages/1' },
      timestamp: renamed.at,
    });
    const back = crosswalk.toCaliper(conversion.record);
    expect(back.ok && back.record).toEqual(renamed);
  });

  it('lets a vendor’s type keep its meaning, and its name on the way back', () => {
    const context = [{ Thesis: 'https://vendor.example/Thesis' }, V1P2];
    const event = { ...renamed, '@context': context, ...inCaliperTerms(renamed).record };
    const thesis = { ...event, '@context': context, object: { id: 'https://example.edu/t', type: 'Thesis' } };
    expect(validateRecord(thesis).map(({ rule }) => rule)).not.toContain('caliper-unknown-type');
    const conversion = crosswalk.toXapi(thesis);
    if (!conversion.ok) throw new Error('refused');
    expect(conversion.record).toMatchObject({
      object: { definition: { type: 'https://vendor.example/Thesis' } },
    });
    const back = crosswalk.toCaliper(conversion.record);
    expect(back.ok && back.record).toEqual(thesis);
  });

  it('in an inner node holds for that node', () => {
    const object = {
      '@context': { title: 'caliper:name' },
      id: 'https://example.edu/p',
      type: 'Page',
      title: 'T',
    };
    const event = { ...renamed, what: object, title: 'vendor' };
    const { record } = inCaliperTerms(event);
    expect(record['object']).toMatchObject({ name: 'T' });
    expect(record['title']).toBe('vendor');
  });

  it('takes no meaning from a term of Caliper, and no ring or odd definition does harm', () => {
    const contexts = [
      { actor: 'https://vendor.example/actor' },
      { a: 'b:x', b: 'a:y' },
      { a: { '@id': 7 }, b: null, c: ['x'], '@vocab': 3, d: { '@reverse': 'caliper:object' } },
      { __proto__: 'caliper:actor', constructor: 'caliper:actor' },
    ] as unknown as JsonObject[];
    const plain = {
      id: 'urn:uuid:1',
      type: 'Event',
      actor: 'https://a',
      action: 'Used',
      object: 'https://b',
      a: 1,
      d: 2,
    };
    for (const context of contexts) {
      expect(inCaliperTerms({ '@context': [context, V1P2], ...plain }).record).toMatchObject(plain);
    }
  });

  it('gives the very same object back where a record has none', () => {
    const plain = { '@context': V1P2, id: 'x', type: 'Person' };
    expect(inCaliperTerms(plain).record).toBe(plain);
  });
});
