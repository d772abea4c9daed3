import { describe, expect, it } from 'vitest';
import { describedFor, describesOf, openEnvelope, withDescribed } from '../src/caliper/index.ts';
import type { JsonObject } from '../src/json/index.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { crosswalk as commandLine, lines } from './support/command-line.ts';

const V1P2 = 'http://purl.imsglobal.org/ctx/caliper/v1p2';
const crosswalk = createCrosswalk(shippedTables(), ontology);

const person = { '@context': V1P2, id: 'https://example.edu/users/1', type: 'Person', name: 'Ada' };
const video = {
  '@context': V1P2,
  id: 'https://example.edu/videos/1',
  type: 'VideoObject',
  name: 'Waves',
  duration: 'PT10M',
  isPartOf: 'https://example.edu/users/1',
};
const thinned = {
  '@context': V1P2,
  id: 'urn:uuid:7e10e4f3-a0d8-4430-95bd-783ffae4d916',
  type: 'MediaEvent',
  actor: person.id,
  action: 'Started',
  object: video.id,
  target: {
    id: 'https://example.edu/videos/1?t=5',
    type: 'MediaLocation',
    currentTime: 'PT5S',
    isPartOf: video.id,
  },
  edApp: 'https://player.example.edu/',
  eventTime: '2026-01-15T10:15:00.000Z',
  extensions: { actor: person.id },
};
const envelope = {
  sensor: 'https://example.edu/sensors/1',
  sendTime: '2026-01-15T10:16:00.000Z',
  dataVersion: V1P2,
  data: [person, video, thinned],
} satisfies JsonObject;

const described = () => describedFor(thinned, describesOf(openEnvelope(envelope).items));

describe('a thinned event whose entities its envelope describes', () => {
  it('is read with them, and without those that nobody describes', () => {
    const read = withDescribed(thinned, described());
    expect(read['actor']).toEqual(person);
    expect(read['object']).toEqual(video);
    expect(read['target']).toMatchObject({ isPartOf: video });
    expect([read['edApp'], read['extensions'], read['id']]).toEqual([
      thinned.edApp,
      thinned.extensions,
      thinned.id,
    ]);
  });

  it('does not look into what it puts in, so that no ring is endless', () => {
    const ring = { ...person, isPartOf: video.id };
    const read = withDescribed(thinned, [ring, { ...video, isPartOf: ring.id }]);
    expect(read['object']).toMatchObject({ isPartOf: ring.id });
  });

  it('becomes a statement that tells of them, and returns thinned', () => {
    const conversion = crosswalk.toXapi(thinned, { described: described() });
    if (!conversion.ok) throw new Error(JSON.stringify(conversion.diagnostics));
    expect(conversion.record).toMatchObject({
      actor: { name: 'Ada' },
      object: { definition: { name: { und: 'Waves' } } },
    });
    const back = crosswalk.toCaliper(conversion.record);
    expect(back.ok && back.record).toEqual(thinned);
  });

  it('keeps what was edited in between', () => {
    const conversion = crosswalk.toXapi(thinned, { described: described() });
    if (!conversion.ok) throw new Error('refused');
    const actor = { ...(conversion.record['actor'] as JsonObject), name: 'Grace' };
    const back = crosswalk.toCaliper({ ...conversion.record, actor });
    expect(back.ok && back.record['actor']).toMatchObject({ id: person.id, name: 'Grace' });
  });

  it('is converted so by the command line, too', async () => {
    const { output } = await commandLine(['convert', '--to', 'xapi'], { input: JSON.stringify(envelope) });
    expect(lines(output)).toMatchObject([{ actor: { name: 'Ada' } }]);
  });
});
