import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../src/json/index.ts';
import { createCrosswalk, shippedTables, type Conversion } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { validateStatement } from '../src/xapi/index.ts';
import { events } from './arbitraries/events.ts';
import { statements } from './arbitraries/statements.ts';
import { caliperEvents, xapiStatements } from './support/reference.ts';

const tables = shippedTables();
const crosswalk = createCrosswalk(tables, ontology);
const options = { receivedAt: '2024-05-06T07:08:09.000Z' };

function recordOf(conversion: Conversion): JsonObject {
  if (!conversion.ok) throw new Error(JSON.stringify(conversion.diagnostics));
  return JSON.parse(JSON.stringify(conversion.record)) as JsonObject;
}

/** A record converted in between must neither be changed by the conversion nor come back otherwise. */
function shouldReturn(record: JsonObject, away: 'toXapi' | 'toCaliper'): JsonObject {
  const before = JSON.stringify(record);
  const target = recordOf(crosswalk[away](record, options));
  const back = recordOf(crosswalk[away === 'toXapi' ? 'toCaliper' : 'toXapi'](target, options));
  expect(JSON.stringify(record)).toBe(before);
  expect(back).toEqual(record);
  return target;
}

/** `npm run soak:mappings` makes a hundred thousand cases. */
const RUNS = process.env['CROSSWALK_MAPPING_RUNS'];
const runs = (numRuns: number) =>
  RUNS === undefined ? { numRuns, interruptAfterTimeLimit: 20_000 } : { numRuns: Number(RUNS) };
const patience = 30_000 + Number(RUNS ?? 0) * 500;

describe('a Caliper event that becomes a statement', () => {
  it.skipIf(caliperEvents.length === 0).each(caliperEvents)('returns exactly: $name', ({ record }) => {
    shouldReturn(record, 'toXapi');
  });

  it(
    'returns exactly, whatever its type, action, entities and extensions are',
    () => {
      fc.assert(
        fc.property(events, (event) => {
          shouldReturn(event, 'toXapi');
        }),
        runs(400),
      );
    },
    patience,
  );

  it(
    'is a valid statement where its extensions are',
    () => {
      fc.assert(
        fc.property(events, (event) => {
          const statement = recordOf(crosswalk.toXapi(event));
          expect(validateStatement(statement, { version: '1.0' })).toEqual([]);
          const newer = recordOf(crosswalk.toXapi(event, { target: '2.0' }));
          expect(validateStatement(newer, { version: '2.0' })).toEqual([]);
          expect(recordOf(crosswalk.toCaliper(newer))).toEqual(event);
        }),
        runs(300),
      );
    },
    patience,
  );
});

const verbs = fc.constantFrom(...new Set(tables.verbs.map(({ verb }) => verb)));
const types = fc.constantFrom(...tables.activityTypes.map(({ activityType }) => activityType));

/** Statements of any shape, about half of them with verbs and activity types that the tables know. */
const spoken = (version: '1.0' | '2.0') =>
  fc.tuple(statements(version), fc.option(verbs), fc.option(types)).map(([statement, verb, type]) => {
    const { object } = statement;
    const definition = isObject(object) ? object['definition'] : undefined;
    return {
      ...statement,
      ...(verb !== null && { verb: { ...(statement['verb'] as JsonObject), id: verb } }),
      ...(type !== null &&
        isObject(object) &&
        isObject(definition) && { object: { ...object, definition: { ...definition, type } } }),
    };
  });

describe('a statement that becomes a Caliper event', () => {
  it.skipIf(xapiStatements.length === 0).each(xapiStatements)('returns exactly: $name', ({ record }) => {
    shouldReturn(record, 'toCaliper');
  });

  it.each(['1.0', '2.0'] as const)(
    'returns exactly, of every shape that xAPI %s allows',
    (version) => {
      fc.assert(
        fc.property(spoken(version), (statement) => {
          shouldReturn(statement, 'toCaliper');
        }),
        runs(300),
      );
    },
    patience,
  );
});
