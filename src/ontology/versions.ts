/** The versions of Caliper, in the order of their publication, which is that of their names. */
export const CALIPER_VERSIONS = ['1.0', '1.1', '1.2'] as const;

/** A version of Caliper that a term belongs to; the profile extensions of 1.1 count as 1.1. */
export type CaliperVersion = (typeof CALIPER_VERSIONS)[number];

/** The version that a text names, and undefined where it is none that is known. */
export function caliperVersion(name: string | undefined): CaliperVersion | undefined {
  return CALIPER_VERSIONS.find((known) => known === name);
}
