/** The Caliper model of every version, compiled from the Turtle files of this folder. */
import { CompiledOntology } from './compiled.ts';
import { model } from './index.generated.ts';
import type { Ontology } from './ontology.types.ts';

/** All that Caliper 1.0, 1.1 and 1.2 say about terms. Built once when the module loads; no look-up changes it. */
export const ontology: Ontology = new CompiledOntology(model);

export { holdsFor } from './uses.ts';
export type { PropertyUse } from './model.types.ts';
export type { Ontology, TermKind } from './ontology.types.ts';
export { CALIPER_VERSIONS, caliperVersion, type CaliperVersion } from './versions.ts';
