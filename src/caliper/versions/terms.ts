import { ontology, type CaliperVersion, type PropertyUse, type TermKind } from '../../ontology/index.ts';

/** Uses of one property by a class. */
export type PropertyUses = readonly PropertyUse[];

/** What a property may hold in a version of a class; of no use at all for members that the class does not have. */
export function usesOf(classTerm: string, property: string, version: CaliperVersion): PropertyUses {
  return ontology.uses(classTerm, version).get(property) ?? [];
}

/** Kinds of term that a property's values are; empty for entities and data. */
export function termKinds(uses: PropertyUses): TermKind[] {
  return uses
    .flatMap(({ range }) => range)
    .flatMap((name) => (name === 'owl:Class' ? ['class'] : name.startsWith('cw:') ? [name.slice(3)] : []))
    .filter((name): name is TermKind => name !== 'Map' && name !== 'UuidUrn');
}

/** True where a property holds a map that the model leaves open, or data that is no part of it. */
export function isOpen(uses: PropertyUses): boolean {
  return (
    uses.length === 0 || uses.some(({ range }) => range.includes('cw:Map') || range.includes('rdf:JSON'))
  );
}
