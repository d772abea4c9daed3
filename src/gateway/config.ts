import * as z from 'zod';
import { pointer, repeatedMembers, syntaxFault } from '../json/index.ts';
import { destinationSchema, routeSchema } from './config-destination.ts';
import { checkNames } from './config-names.ts';
import { configErrors, ConfigurationError } from './config-problem.ts';
import { nameSchema } from './config-name.ts';
import type { ProblemError } from './problem.ts';
import { pullSchema } from './config-pull.ts';
import { retentionSchema } from './config-retention.ts';
import { LOCAL_SOURCE, sourceSchema } from './config-source.ts';
import { issuerSchema } from './config-trust.ts';
import { alertsSchema, backpressureSchema, logSchema, metricsSchema } from './config-watch.ts';

const MEBIBYTE = 1024 * 1024;

const listenSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address to bind; 0.0.0.0 for every interface'),
  port: z.int().min(0).max(65535).default(8080).describe('TCP port; 0 for any free one'),
});

const limitsSchema = z.strictObject({
  bodyBytes: z
    .int()
    .min(1024)
    .default(8 * MEBIBYTE)
    .describe('Largest request body, in bytes as sent'),
  decompressedBytes: z
    .int()
    .min(1024)
    .default(32 * MEBIBYTE)
    .describe('Largest request body, in bytes after decompression'),
  depth: z.int().min(8).max(512).default(64).describe('Deepest nesting of JSON lists and objects'),
  batch: z.int().min(1).default(5000).describe('Most records in one request'),
  stringLength: z
    .int()
    .min(1024)
    .default(2_000_000)
    .describe('Longest string in JSON, in characters as they are written'),
  members: z.int().min(1000).default(2_000_000).describe('Most members and items of JSON in one request'),
  recordsPerSecond: z
    .number()
    .positive()
    .optional()
    .describe(
      'Records a second that one credential may send, ten seconds of them at once; no bound by default',
    ),
  concurrent: z
    .int()
    .min(1)
    .default(256)
    .describe('Requests of one credential that are answered at the same time'),
});

const tenantsSchema = z.array(
  z.strictObject({
    name: nameSchema,
    mappings: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Folder of the tenant's own mapping tables, in place of those of the whole gateway; not on Workers",
      ),
  }),
);

const originSchema = z
  .string()
  .regex(/^https?:\/\/[^/?#\s]+$/, 'give scheme, host and port only, such as https://lms.example.edu');

/** One JSON file configures a gateway: where it listens, what it keeps, who may send, where records go. */
export const configurationSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Path of config.schema.json, for editors'),
    listen: listenSchema.prefault({}).describe('Where the gateway listens; on Workers it has no meaning'),
    data: z
      .string()
      .min(1)
      .default('./data/crosswalk.sqlite')
      .describe('SQLite file of the record log; on Workers the D1 binding stands in its place'),
    mappings: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Folder of your own mapping tables, laid over the shipped ones; not on Workers, which have no folders',
      ),
    publicUrl: z
      .url({ protocol: /^https?$/, error: 'give an http or https address' })
      .optional()
      .describe('Address of the gateway as others know it; the homePage of the authority of statements'),
    limits: limitsSchema.prefault({}).describe('Bounds that hold before work is done for a request'),
    backpressure: backpressureSchema.prefault({}),
    metrics: metricsSchema.prefault({}),
    alerts: alertsSchema.optional(),
    log: logSchema.prefault({}),
    cors: z
      .strictObject({
        origins: z
          .array(originSchema)
          .default([])
          .describe('Origins of pages that may send from a browser, exactly as a browser writes them'),
      })
      .prefault({}),
    tenants: tenantsSchema
      .default([])
      .describe('Organisations that share the gateway and see nothing of one another'),
    sources: z.array(sourceSchema).min(1).prefault([LOCAL_SOURCE]).describe('Who may send and read'),
    issuers: z
      .array(issuerSchema)
      .default([])
      .describe('Whose access tokens are taken, beside credentials and keys'),
    pulls: z.array(pullSchema).default([]).describe('LRSs that are read at intervals'),
    destinations: z.array(destinationSchema).default([]).describe('Where records go'),
    routes: z
      .array(routeSchema)
      .optional()
      .describe('Which records go where; without routes every record goes to every destination'),
    retention: z
      .array(retentionSchema)
      .default([])
      .describe('How long, or how much of it, records are kept; for ever without a rule'),
  })
  .superRefine(checkNames);

/** A configuration that has been checked: each setting present, or its default in its place. */
export type Configuration = z.output<typeof configurationSchema>;

/** A configuration as a person writes it. */
export type ConfigurationInput = z.input<typeof configurationSchema>;

/** The JSON Schema (draft 2020-12) of the configuration file, from which editors complete and check it. */
export function configurationJsonSchema(): object {
  return z.toJSONSchema(configurationSchema, { io: 'input' });
}

/**
 * Checks a configuration and fills in defaults; an empty object is a usable one. Throws a {@link ConfigurationError}
 * whose errors name the JSON Pointer of each fault, and its mend.
 *
 * @example
 * const configuration = parseConfiguration({ listen: { port: 9000 } });
 */
export function parseConfiguration(value: unknown): Configuration {
  const checked = configurationSchema.safeParse(value, { reportInput: true });
  const errors = checked.success ? [] : configErrors(checked.error.issues);
  const told = new Set(errors.map(({ path }) => path));
  errors.push(...prototypesIn(value).filter(({ path }) => !told.has(path)));
  if (!checked.success || errors.length > 0) throw new ConfigurationError(errors);
  return checked.data;
}

/**
 * Members named `__proto__`, which the schema leaves out where any name may stand: of claims, a condition would be lost.
 */
function prototypesIn(value: unknown): ProblemError[] {
  const found: ProblemError[] = [];
  const places: { readonly value: unknown; readonly path: string }[] = [{ value, path: '' }];
  for (const { value: outer, path } of places) {
    if (typeof outer !== 'object' || outer === null) continue;
    for (const [name, inner] of Object.entries(outer)) {
      const place = pointer(path, name);
      const message = '"__proto__": no name that can stand here; remove it';
      if (name === '__proto__') found.push({ path: place, rule: 'config-unrecognized-keys', message });
      places.push({ value: inner, path: place });
    }
  }
  return found;
}

/** The value of a JSON text. Throws a {@link ConfigurationError} that says where it is none, and repeats nothing of it. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const fault = syntaxFault(text);
    const place = fault
      ? `line ${fault.line}, column ${fault.column}: ${fault.unquoted}`
      : 'it cannot be read';
    const message = text.startsWith('\uFEFF')
      ? 'begins with a byte order mark: save it as UTF-8 without one'
      : `is no JSON: ${place}`;
    throw new ConfigurationError([{ path: '', rule: 'json-syntax', message }]);
  }
}

/**
 * Checks a configuration's JSON text, as {@link parseConfiguration} does, and that no setting stands in it twice: of two
 * only the last would count.
 */
export function readConfiguration(text: string): Configuration {
  const value = jsonOf(text);
  const repeated = repeatedMembers(text);
  if (repeated.length === 0) return parseConfiguration(value);
  const message = 'stands here twice: keep one';
  throw new ConfigurationError(repeated.map((path) => ({ path, rule: 'config-repeated', message })));
}
