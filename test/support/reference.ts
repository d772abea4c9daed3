import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isObject, type JsonObject, type JsonValue } from '../../src/json/index.ts';

/** A published record, under the name of the file that it stands in. */
export interface PublishedRecord {
  readonly name: string;
  readonly record: JsonObject;
}

const FOLDER = fileURLToPath(new URL('../../../shared/reference/', import.meta.url));

function documents(folder: string): { name: string; value: JsonValue }[] {
  const path = `${FOLDER}${folder}/`;
  if (!existsSync(path)) {
    console.warn(`skipped: the published records are not there (${folder})`);
    return [];
  }
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  return names.map((name) => ({ name, value: JSON.parse(readFileSync(path + name, 'utf8')) as JsonValue }));
}

const isEvent = (value: JsonValue): value is JsonObject =>
  isObject(value) && value['actor'] !== undefined && value['action'] !== undefined;

/** The official example events of a Caliper version, those inside envelopes included. Empty where they are not there. */
const eventsOf = (version: string): PublishedRecord[] =>
  documents(`caliper/fixtures/${version}`).flatMap(({ name, value }) => {
    const data = isObject(value) && Array.isArray(value['data']) ? value['data'] : [value];
    return data.filter(isEvent).map((record, i) => ({ name: `${version}/${name}#${i}`, record }));
  });

/** All official example events of Caliper 1.0, 1.1 and 1.2. */
export const caliperEvents = ['v1p0', 'v1p1', 'v1p2'].flatMap(eventsOf);

/** The example statements of the xAPI 1.0.3 specification. */
export const xapiStatements: PublishedRecord[] = documents('xapi/statements').flatMap(({ name, value }) =>
  (Array.isArray(value) ? value : [value])
    .filter(isObject)
    .map((record, i) => ({ name: `${name}#${i}`, record })),
);
