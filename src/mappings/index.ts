/**
 * The crosswalk: compiles the tables, runs them both ways, and explains what they did. Reading and checking tables has
 * a door of its own, `tables/`: who runs the shipped ones loads no parser, and a Worker stays small.
 */
export { createCrosswalk } from './crosswalk.ts';
export type {
  Conversion,
  ConversionOptions,
  Crosswalk,
  DescribeDocument,
  Diagnostic,
  DiagnosticCode,
  RecordOrText,
  TablesIdentity,
  Trace,
  WrittenConversion,
} from './crosswalk.types.ts';
export { CROSSWALK, IRI } from './iris.ts';
export { shippedTables } from './tables/shipped.ts';
export type { TableSet } from './tables/table.types.ts';
