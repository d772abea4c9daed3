import type { CaliperVersion } from './versions.ts';

/** From which version to which (both included) something belongs to Caliper; open where a bound is absent. */
export interface Lifetime {
  readonly since?: CaliperVersion;
  readonly until?: CaliperVersion;
}

/**
 * One use of a property by a class: what may stand there. `range` names class terms (`Person`), datatypes
 * (`xsd:dateTime`) and kinds of term (`cw:Role`), of which any one will do.
 */
export interface PropertyUse extends Lifetime {
  readonly property: string;
  readonly range: readonly string[];
  /** The value is a list, and each element is in the range. */
  readonly list?: true;
  readonly required?: true;
  /** Always an object, never the IRI of one. */
  readonly embedded?: true;
  /** Actions for which the use holds; all where absent. */
  readonly when?: readonly string[];
  /** Property of later versions that means the same. */
  readonly replacedBy?: string;
}

/** What all terms have. */
export interface TermModel extends Lifetime {
  readonly iri: string;
  /** IRI of the term in Caliper 1.0. */
  readonly iri10?: string;
  /** IRIs that a text prints where the context has another. */
  readonly otherIris?: readonly string[];
  /** Preferred spelling of this term. */
  readonly sameAs?: string;
  /** Contexts of the 1.1 profile extensions that brought the term. */
  readonly extensions?: readonly string[];
  /** False where only the text has the term, and no published context. */
  readonly inContext?: false;
  /** Versions whose published context does not define the term, although they have it. */
  readonly absentFrom?: readonly CaliperVersion[];
}

/** An event or entity class, or a document of the wire. */
export interface ClassModel extends TermModel {
  readonly parents?: readonly string[];
  readonly uses?: readonly PropertyUse[];
  readonly allows?: readonly ({ readonly actions: readonly string[] } & Lifetime)[];
  readonly defaultProfile?: string;
  readonly profileByObject?: readonly { readonly objects: readonly string[]; readonly profile: string }[];
}

/** A property with its JSON-LD coercion. */
export interface PropertyModel extends TermModel {
  readonly keyword?: string;
  readonly coercion?: string;
  readonly coercion10?: string;
  readonly ordered?: true;
}

/** A term that stands as a value: an action, a role, a metric. */
export interface ValueModel extends TermModel {
  /** `Action`, `Profile`, `Role`, `Status`, `Metric`, `SystemIdentifierType` or `LtiMessageType`. */
  readonly kind: string;
  /** Core role of a subrole. */
  readonly broader?: string;
  /** Event types of a profile. */
  readonly eventTypes?: readonly string[];
}

/** A version with the IRIs of its contexts. */
export interface VersionModel {
  readonly version: CaliperVersion;
  readonly context: string;
  readonly extensions: readonly string[];
  /** Namespaces that the context abbreviates, by prefix. */
  readonly prefixes: Readonly<Record<string, string>>;
}

/** All that the Turtle files say, by term. */
export interface Model {
  readonly versions: readonly VersionModel[];
  readonly classes: Readonly<Record<string, ClassModel>>;
  readonly properties: Readonly<Record<string, PropertyModel>>;
  readonly values: Readonly<Record<string, ValueModel>>;
}
