import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../src/json/index.ts';
import { createCrosswalk, IRI, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { semanticsExamples } from './support/semantics.ts';

const crosswalk = createCrosswalk(shippedTables(), ontology);

/** The tables' name in a residual changes with every edit of a table; examples stand for all of them. */
function withoutTables(record: JsonObject): JsonObject {
  const copy = structuredClone(record);
  for (const holder of [copy, copy['context']]) {
    const extensions = isObject(holder) ? holder['extensions'] : undefined;
    const residual = isObject(extensions) ? extensions[IRI.residual] : undefined;
    if (isObject(residual)) delete residual['map'];
  }
  return copy;
}

function shouldGive(
  away: 'toXapi' | 'toCaliper',
  source: JsonObject,
  target: JsonObject,
  options: { target?: string } = {},
): void {
  const there = crosswalk[away](source, options);
  expect(there).toMatchObject({ ok: true });
  if (!there.ok) return;
  expect(withoutTables(there.record)).toEqual(withoutTables(target));
  const back = crosswalk[away === 'toXapi' ? 'toCaliper' : 'toXapi'](there.record);
  expect(back.ok && back.record).toEqual(source);
}

describe.skipIf(semanticsExamples.length === 0)('the worked examples of the domain document', () => {
  it.each(semanticsExamples)('$title', ({ source, target, away }) => {
    shouldGive(away, source, target);
  });
});

interface Example {
  readonly caliper: JsonObject;
  readonly xapi: JsonObject;
  readonly target?: string;
}

const folder = new URL('../mappings/examples/', import.meta.url);
const pairs = readdirSync(folder)
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Example)
  .filter((example) => 'caliper' in example);

describe('the examples beside the tables', () => {
  it('are many', () => {
    expect(pairs.length).toBeGreaterThan(75);
  });

  it.each(pairs)('$title', ({ caliper, xapi, target }) => {
    const fromXapi = JSON.stringify(caliper).includes(`"of":"xapi"`);
    shouldGive(
      fromXapi ? 'toCaliper' : 'toXapi',
      fromXapi ? xapi : caliper,
      fromXapi ? caliper : xapi,
      target === undefined ? {} : { target },
    );
  });
});
