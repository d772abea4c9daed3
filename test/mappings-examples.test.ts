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

function shouldGive(away: 'toXapi' | 'toCaliper', source: JsonObject, target: JsonObject): void {
  const there = crosswalk[away](source);
  expect(there).toMatchObject({ ok: true });
  if (!there.ok) return;
  expect(withoutTables(there.record)).toEqual(withoutTables(target));
  const back = crosswalk[away === 'toXapi' ? 'toCaliper' : 'toXapi'](there.record);
  expect(back.ok && back.record).toEqual(source);
}

describe('the worked examples of the domain document', () => {
  it.skipIf(semanticsExamples.length === 0).each(semanticsExamples)('$title', ({ source, target, away }) => {
    shouldGive(away, source, target);
  });
});

const folder = new URL('../mappings/examples/', import.meta.url);
const pairs = readdirSync(folder)
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, JsonObject>)
  .filter((example) => example['caliper'] !== undefined);

describe('the examples beside the tables', () => {
  it('are many', () => {
    expect(pairs.length).toBeGreaterThan(25);
  });

  it.each(pairs)('$title', ({ caliper, xapi }) => {
    const fromXapi = JSON.stringify(caliper).includes(`"of":"xapi"`);
    shouldGive(
      fromXapi ? 'toCaliper' : 'toXapi',
      (fromXapi ? xapi : caliper) as JsonObject,
      (fromXapi ? caliper : xapi) as JsonObject,
    );
  });
});
