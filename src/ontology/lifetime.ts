import type { Lifetime } from './model.types.ts';
import type { CaliperVersion } from './ontology.types.ts';

/** The versions in the order of their publication. */
export const VERSIONS: readonly CaliperVersion[] = ['1.0', '1.1', '1.2'];

/** True where something belongs to a version: the order of the versions is that of their names. */
export function livesIn({ since, until }: Lifetime, version: CaliperVersion): boolean {
  return (since === undefined || since <= version) && (until === undefined || version <= until);
}
