import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { equal, isObject, member, type JsonObject, type JsonValue } from '../json/index.ts';
import {
  IRI,
  type Conversion,
  type ConversionOptions,
  type Crosswalk,
  type Trace,
} from '../mappings/index.ts';
import { differences } from './differences.ts';
import { parse } from './document.ts';

const record = z.record(z.string(), z.json());

const common = {
  title: z.string().min(1),
  /** Version of the language to be written, where it is not the default. */
  target: z.string().optional(),
  /** Time of receipt, where the record has no time of its own. */
  receivedAt: z.string().optional(),
};

const pair = z.strictObject({
  ...common,
  direction: z.enum(['both', 'toXapi', 'toCaliper']).default('both'),
  caliper: record,
  xapi: record,
});

const refusal = z.strictObject({
  ...common,
  refuses: z.enum(['caliper', 'xapi']),
  record,
  code: z.string(),
  path: z.string(),
});

const EXAMPLE = z.union([pair, refusal]);
type Example = z.infer<typeof EXAMPLE>;

/** One thing that an example shows to be otherwise than it says. */
export interface ExampleFault {
  readonly file: string;
  readonly code: 'example-form' | 'example-differs' | 'example-refused' | 'example-not-refused';
  readonly message: string;
}

/** What running the examples of a folder showed. */
export interface ExamplesRun {
  readonly count: number;
  readonly faults: readonly ExampleFault[];
  /** Which rows wrote what, a trace for each conversion. */
  readonly traces: readonly (readonly Trace[])[];
}

/** Runs the examples of a folder, in the order of their names, and gives what does not come out as they say. */
export async function runExamples(folder: string, crosswalk: Crosswalk): Promise<ExamplesRun> {
  if (!existsSync(folder)) return { count: 0, faults: [], traces: [] };
  const { traced, traces } = tracing(crosswalk);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const results = await Promise.all(
    names.map(async (name) =>
      runExample(join(folder, name), await readFile(join(folder, name), 'utf8'), traced),
    ),
  );
  return { count: names.length, faults: results.flat(), traces };
}

/** The same crosswalk, and the traces of all that it converts: there and back, for a row may serve only one way. */
function tracing(crosswalk: Crosswalk): { traced: Crosswalk; traces: (readonly Trace[])[] } {
  const traces: (readonly Trace[])[] = [];
  const kept = (conversion: Conversion) => {
    if (conversion.ok) traces.push(conversion.trace);
    return conversion;
  };
  const back = (conversion: Conversion, convert: 'toXapi' | 'toCaliper') => {
    if (conversion.ok) kept(crosswalk[convert](conversion.record, { trace: true }));
    return conversion;
  };
  const traced: Crosswalk = {
    ...crosswalk,
    toXapi: (event, options) => back(kept(crosswalk.toXapi(event, { ...options, trace: true })), 'toCaliper'),
    toCaliper: (statement, options) =>
      back(kept(crosswalk.toCaliper(statement, { ...options, trace: true })), 'toXapi'),
  };
  return { traced, traces };
}

function runExample(file: string, text: string, crosswalk: Crosswalk): ExampleFault[] {
  const parsed = parse(text);
  if (!parsed.ok) return [{ file, code: 'example-form', message: parsed.message }];
  const example = EXAMPLE.safeParse(parsed.value);
  if (!example.success) return [{ file, code: 'example-form', message: formFault(example.error) }];
  return faultsOf(example.data, crosswalk).map((fault) => ({ file, ...fault }));
}

function formFault(error: z.ZodError): string {
  return `an example has title, caliper and xapi, or title, refuses, record, code and path: ${z.prettifyError(error).replaceAll('\n', ' ')}`;
}

type Found = Omit<ExampleFault, 'file'>;

function faultsOf(example: Example, crosswalk: Crosswalk): Found[] {
  const { target, receivedAt } = example;
  const options: ConversionOptions = { ...(target && { target }), ...(receivedAt && { receivedAt }) };
  if ('refuses' in example) {
    const refused: JsonObject = example.record;
    const conversion =
      example.refuses === 'caliper'
        ? crosswalk.toXapi(refused, options)
        : crosswalk.toCaliper(refused, options);
    return refusalFaults(conversion, example.code, example.path);
  }
  const caliper = example.caliper as JsonObject;
  const xapi = example.xapi as JsonObject;
  return [
    ...(example.direction === 'toCaliper'
      ? []
      : pairFaults('toXapi', crosswalk.toXapi(caliper, options), xapi)),
    ...(example.direction === 'toXapi'
      ? []
      : pairFaults('toCaliper', crosswalk.toCaliper(xapi, options), caliper)),
  ];
}

function refusalFaults(conversion: Conversion, code: string, path: string): Found[] {
  if (conversion.ok)
    return [{ code: 'example-not-refused', message: `expected ${code} at ${path || '/'}, was converted` }];
  if (conversion.diagnostics.some((found) => found.code === code && found.path === path)) return [];
  const found = conversion.diagnostics
    .map((diagnostic) => `${diagnostic.code} at ${diagnostic.path || '/'}`)
    .join(', ');
  return [
    { code: 'example-not-refused', message: `expected ${code} at ${path || '/'}, refused for ${found}` },
  ];
}

function pairFaults(way: string, conversion: Conversion, expected: JsonObject): Found[] {
  if (!conversion.ok) {
    const reasons = conversion.diagnostics
      .map(({ path, message }) => `${path || '/'}: ${message}`)
      .join('; ');
    return [{ code: 'example-refused', message: `${way} refuses it: ${reasons}` }];
  }
  const found = withoutTables(conversion.record);
  const wanted = withoutTables(expected);
  if (equal(found, wanted)) return [];
  return differences(found, wanted).map((difference) => ({
    code: 'example-differs',
    message: `${way}: ${difference}`,
  }));
}

/** A record without the name of the tables that wrote its residual: it changes with each edit of any table. */
export function withoutTables(value: JsonObject): JsonObject {
  const copy = structuredClone(value);
  const context = member(copy, 'context');
  for (const holder of [copy, context]) {
    const extensions = isObject(holder) ? member(holder, 'extensions') : undefined;
    const residual: JsonValue | undefined = isObject(extensions)
      ? member(extensions, IRI.residual)
      : undefined;
    if (isObject(residual)) delete residual['map'];
  }
  return copy;
}
