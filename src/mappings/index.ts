/** The crosswalk: reads the tables, compiles them, runs them both ways, and explains what they did. */
export { createCrosswalk } from './crosswalk.ts';
export type {
  Conversion,
  ConversionOptions,
  Crosswalk,
  DescribeDocument,
  Diagnostic,
  DiagnosticCode,
  TablesIdentity,
  Trace,
} from './crosswalk.types.ts';
export { IRI } from './iris.ts';
export { parseTables, shippedTables, type TableFinding, type TableSet } from './tables/index.ts';
