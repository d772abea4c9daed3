import { generatedTables } from '../tables.generated.ts';
import { assembleTables } from './assemble.ts';
import { expandTables } from './compact.ts';
import type { TableSet } from './table.types.ts';

let shipped: TableSet | undefined;

/** The tables that the program ships with. Assembled once, when they are first asked for; needs no disk. */
export function shippedTables(): TableSet {
  shipped ??= assembleTables(expandTables(generatedTables)).value;
  return shipped;
}
