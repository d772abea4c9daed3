import { ontology, type CaliperVersion, type TermKind } from '../../ontology/index.ts';

/** How the values of a property are to be read, in a version and today. */
export interface Reading {
  /** Kinds of term that its values are; empty for entities and data. */
  readonly kinds: readonly TermKind[];
  /** It holds a map that the model leaves open, or is no property of the class at all: nothing within is read. */
  readonly isOpen: boolean;
  readonly isDuration: boolean;
  /** The version writes it as a number of seconds. */
  readonly isSeconds: boolean;
  /** Property of today that means the same. */
  readonly replacedBy?: string | undefined;
}

const UNKNOWN: Reading = { kinds: [], isOpen: true, isDuration: false, isSeconds: false };

type Readings = ReadonlyMap<string, Reading>;

/** Worked out when first asked for, then kept: there are as many as classes and versions, and no more. */
const kept = new Map<CaliperVersion, Map<string, Readings>>();

function readings(classTerm: string, version: CaliperVersion): Readings {
  const ofVersion = kept.get(version) ?? new Map<string, Readings>();
  kept.set(version, ofVersion);
  const found = ofVersion.get(classTerm) ?? allReadings(classTerm, version);
  ofVersion.set(classTerm, found);
  return found;
}

function allReadings(classTerm: string, version: CaliperVersion): Readings {
  const properties = [...ontology.uses(classTerm, '1.2').keys(), ...ontology.uses(classTerm, version).keys()];
  return new Map(properties.map((property) => [property, oneReading(classTerm, property, version)]));
}

function oneReading(classTerm: string, property: string, version: CaliperVersion): Reading {
  const then = ontology.uses(classTerm, version).get(property) ?? [];
  const uses = [...(ontology.uses(classTerm, '1.2').get(property) ?? []), ...then];
  const range = uses.flatMap((use) => use.range);
  return {
    kinds: [...new Set(range)].flatMap(termKind),
    isOpen: range.includes('cw:Map') || range.includes('rdf:JSON'),
    isDuration: range.includes('xsd:duration'),
    isSeconds: then[0]?.range[0] === 'xsd:decimal' && range.includes('xsd:duration'),
    replacedBy: then.find((use) => use.replacedBy !== undefined)?.replacedBy,
  };
}

function termKind(range: string): TermKind[] {
  if (range === 'owl:Class') return ['class'];
  const isTerm = range.startsWith('cw:') && range !== 'cw:Map' && range !== 'cw:UuidUrn';
  return isTerm ? [range.slice('cw:'.length) as TermKind] : [];
}

/** How a class reads a property in a version. The class must be one of the model. */
export function readingOf(classTerm: string, property: string, version: CaliperVersion): Reading {
  return readings(classTerm, version).get(property) ?? UNKNOWN;
}

/** The name that a version has for a property of today; undefined where it is the same, or there is none. */
export function formerName(classTerm: string, property: string, version: CaliperVersion): string | undefined {
  if (ontology.uses(classTerm, version).has(property)) return undefined;
  for (const [name, { replacedBy }] of readings(classTerm, version)) if (replacedBy === property) return name;
  return undefined;
}
