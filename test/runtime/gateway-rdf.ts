import { Parser } from 'n3';
import { expect, it } from 'vitest';
import { envelope, event, statement, V1P2 } from './gateway-records.ts';
import { problemOf } from './gateway-requests.ts';
import { bearer, type Stage } from './gateway-stage.ts';

/** What holds for records that are asked for as RDF. */
export function rdfCases(stage: () => Stage): void {
  const send = (path: string, value: unknown) =>
    stage().request(path, {
      method: 'POST',
      headers: {
        ...bearer('CAMPUS'),
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
      },
      body: JSON.stringify(value),
    });
  const ask = (id: string, accept: string) =>
    stage().request(`/records/${encodeURIComponent(id)}`, { headers: { ...bearer('CAMPUS'), accept } });

  it.each(['text/turtle', 'application/n-triples', 'application/n-quads'])(
    'gives an event as %s by the terms of its version',
    async (type) => {
      const sent = event();
      await send('/caliper', envelope([sent]));
      const answer = await ask(sent.id, `${type}, application/json;q=0.5`);
      expect(answer.headers.get('content-type')).toBe(type);
      const quads = new Parser({ format: type }).parse(await answer.text());
      const said = quads.filter(({ subject }) => subject.value === sent.id);
      const namespace = 'http://purl.imsglobal.org/caliper/';
      const action = said.find(({ predicate }) => predicate.value === `${namespace}action`);
      expect(action?.object.value).toBe(`${namespace}actions/${String(sent['action'])}`);
      const graphs = new Set(quads.map(({ graph }) => graph.value));
      const [graph] = graphs;
      expect(graphs.size).toBe(1);
      if (type === 'application/n-quads') expect(graph).toMatch(/^urn:sha256:[0-9a-f]{64}$/);
      else expect(graph).toBe('');
    },
  );

  it('gives a statement as the event that it converts to, without what only the way back needs', async () => {
    const sent = statement();
    expect((await send('/xapi/statements', sent)).status).toBe(200);
    const answer = await ask(sent.id, 'application/ld+json');
    const text = await answer.text();
    const [node] = JSON.parse(text) as { '@id': string; '@type': string[] }[];
    expect(node?.['@id']).toContain(sent.id);
    expect(node?.['@type'][0]).toMatch(/^http:\/\/purl\.imsglobal\.org\/caliper\/\w+Event$|Event$/);
    expect(text).not.toContain('residual');
  });

  it('fetches no context that it does not know, and says nothing of its terms', async () => {
    const sent = event({ '@context': ['http://127.0.0.1:9/vendor', V1P2], mood: 'curious' });
    await send('/caliper', envelope([sent]));
    const text = await (await ask(sent.id, 'application/n-triples')).text();
    expect(text).toContain(sent.id);
    expect(text).not.toContain('curious');
  });

  it('writes only IRIs that a graph store can load', async () => {
    const object = { id: 'https://example.edu/a page>', type: 'Page' };
    const sent = event({ type: 'ViewEvent', action: 'Viewed', object });
    await send('/caliper', envelope([sent]));
    const text = await (await ask(sent.id, 'application/n-quads')).text();
    expect(new Parser({ format: 'application/n-quads' }).parse(text).length).toBeGreaterThan(0);
    expect(text).not.toContain('a page>');
  });

  it('answers 406 for a record that JSON-LD cannot read, and gives its lineage all the same', async () => {
    const sent = event({
      '@context': [{ mood: { '@id': 'https://example.edu/mood', '@container': '@nothing' } }, V1P2],
    });
    expect((await send('/caliper', envelope([sent]))).status).toBe(200);
    const answer = await ask(sent.id, 'text/turtle');
    expect(answer.status).toBe(406);
    expect((await problemOf(answer)).code).toBe('no-linked-data');
    expect((await ask(sent.id, 'text/html, */*;q=0.1')).headers.get('content-type')).toContain(
      'application/json',
    );
  });
}
