import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/json/index.ts';

const shared = new URL('../../../shared/', import.meta.url);
const caliper = fileURLToPath(new URL('reference/caliper/', shared));

/** True where the published data of Caliper is beside the project. */
export const isReferencePresent = existsSync(caliper);
if (!isReferencePresent) console.warn(`skipped: the published data of Caliper is not at ${caliper}`);

/** A published example under its file's name. */
export interface Example {
  readonly name: string;
  readonly value: JsonObject;
}

export const readReference = (path: string) =>
  JSON.parse(readFileSync(`${caliper}${path}`, 'utf8')) as JsonObject;

const examples = (folder: string): Example[] =>
  isReferencePresent
    ? readdirSync(`${caliper}fixtures/${folder}`)
        .filter((name) => name.endsWith('.json'))
        .map((name) => ({ name: `${folder}/${name}`, value: readReference(`fixtures/${folder}/${name}`) }))
    : [];

interface Exceptions {
  readonly NOT_RECORDS: Readonly<Record<string, string>>;
  readonly NOT_ERRORS: Readonly<Record<string, string>>;
}

const exceptions: Exceptions = isReferencePresent
  ? ((await import(new URL('checks/reference.mjs', shared).href)) as Exceptions)
  : { NOT_RECORDS: {}, NOT_ERRORS: {} };

/** The official examples of all versions: events, described entities and envelopes. Empty where they are not there. */
export const validExamples = ['v1p0', 'v1p1', 'v1p2']
  .flatMap(examples)
  .filter(({ name }) => !(name in exceptions.NOT_RECORDS));

/** The official counter-examples, each of which breaks one rule. Empty where they are not there. */
export const invalidExamples = examples('v1p2-invalid').filter(
  ({ name }) => !(basename(name) in exceptions.NOT_ERRORS),
);
