import type { Lifetime } from './model.types.ts';
import type { CaliperVersion } from './versions.ts';

/** True where something belongs to a version: the order of the versions is that of their names. */
export function livesIn({ since, until }: Lifetime, version: CaliperVersion): boolean {
  return (since === undefined || since <= version) && (until === undefined || version <= until);
}
