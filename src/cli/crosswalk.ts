import { shippedCrosswalk } from '../index.ts';
import { createCrosswalk, type Crosswalk } from '../mappings/index.ts';
import { ontology } from '../ontology/index.ts';

/**
 * The tables of a folder, or the shipped ones, ready to convert. Rejects with a `CommandFault` for tables with faults.
 * What reads and checks tables is loaded only where there are some to read.
 */
export async function loadTables(folder?: string): Promise<Crosswalk> {
  if (folder === undefined) return shippedCrosswalk();
  const { soundTables } = await import('./tables.ts');
  return createCrosswalk(await soundTables(folder), ontology);
}
