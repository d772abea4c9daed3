import type { Relation } from './vocabulary.types.ts';

/** What the object of an inexact row is, seen from its subject. */
export const APPROXIMATE = { broadMatch: 'broader', narrowMatch: 'narrower' } as const;

/** True for the relation of a term that stands for more, or for less, than the one it is written for. */
export function isApproximate(relation: Relation): relation is keyof typeof APPROXIMATE {
  return Object.hasOwn(APPROXIMATE, relation);
}
