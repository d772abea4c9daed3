import type { JsonObject } from '../json/index.ts';
import type { PropertyUse } from './model.types.ts';
import type { CaliperVersion } from './versions.ts';

/** What a term stands for: a class, a property, or a value of `action`, `profile`, `roles` and the like. */
export type TermKind =
  | 'class'
  | 'property'
  | 'Action'
  | 'Profile'
  | 'Role'
  | 'Status'
  | 'Metric'
  | 'SystemIdentifierType'
  | 'LtiMessageType';

/** The compiled Caliper model: what the Turtle files in this folder say, indexed for look-up. Terms are case-sensitive. */
export interface Ontology {
  /** True for `Event` and its subclasses, of any version. */
  isEventType(term: string): boolean;
  /** True for `Entity` and its subclasses, of any version. */
  isEntityType(term: string): boolean;
  /** True where `term` is `ancestor` or a subclass of it. False for unknown terms. */
  isSubclass(term: string, ancestor: string): boolean;
  /** Superclasses of a class, nearest first, without itself. Empty for unknown terms. */
  ancestors(term: string): readonly string[];
  /** True for an action of any version, in any spelling that the sources have. */
  isAction(term: string): boolean;
  /** Actions that an event type allows in a version (of all versions, where none is given); every action for `Event`. */
  actions(eventType: string, version?: CaliperVersion): readonly string[];
  /**
   * Classes that may stand in a slot of an event type; empty where any entity may, and for a member that holds none. Some
   * slots depend on the action (the `generated` of an AssessmentItemEvent). Without a version the newest one that has the
   * event type counts.
   */
  range(eventType: string, slot: string, action?: string, version?: CaliperVersion): readonly string[];
  /** Profile that an event type belongs to by default, which for NavigationEvent and ViewEvent depends on the object. */
  defaultProfile(eventType: string, objectType?: string): string | undefined;
  /** Event types that a profile is made of. */
  eventTypes(profile: string): readonly string[];
  /** True for a property term of a Caliper context of any version, or one that only the 1.2 text defines. */
  isProperty(term: string): boolean;
  /** IRI of a class, action, property, profile, role, status, metric or identifier type; undefined for unknown terms. */
  iri(term: string, version?: CaliperVersion): string | undefined;
  /** Class term of a Caliper class IRI (http or https, 1.0 and current forms); undefined for other IRIs. */
  classOf(iri: string): string | undefined;
  /** Role or status term of a LIS IRI; undefined for other IRIs. */
  roleOf(iri: string): string | undefined;
  /** Term of any IRI of Caliper or LIS, of any version; undefined for other IRIs. With a kind, only of that kind. */
  termOf(iri: string, kind?: TermKind): string | undefined;
  /** What a term stands for; undefined for unknown terms. */
  kind(term: string): TermKind | undefined;
  /** All terms of a kind that a version has, in the preferred spelling. */
  terms(kind: TermKind, version?: CaliperVersion): readonly string[];
  /** Preferred spelling of a term; the term itself where it is preferred or unknown. */
  preferred(term: string): string;
  /** True where a version has the term (1.1 with all its profile extensions). */
  isIn(term: string, version: CaliperVersion): boolean;
  /**
   * How a class uses its properties in a version, its superclasses' uses included: by property, all uses that hold
   * (they may differ by action). Empty for unknown classes.
   */
  uses(classTerm: string, version: CaliperVersion): ReadonlyMap<string, readonly PropertyUse[]>;
  /** Properties that hold instances of a class, in any class and version: those whose range names it. */
  propertiesHolding(classTerm: string): readonly string[];
  /** Context IRI of a version. */
  context(version: CaliperVersion): string;
  /** Version that a context IRI names: http or https, with or without a trailing `/`, `#` or `.jsonld`, in any case. */
  versionOfContext(iri: string): CaliperVersion | undefined;
  /** True for a context IRI exactly as it was published, of a version or of a profile extension of 1.1. */
  isPublishedContext(iri: string): boolean;
  /**
   * The JSON-LD context document that a context IRI names, in any spelling of it, as the model has its terms; undefined
   * for an IRI that names no context of Caliper. The document of a 1.1 profile extension builds on that of 1.1.
   */
  contextDocument(iri: string): JsonObject | undefined;
  /** Context IRIs of the 1.1 profile extensions that brought a term; empty for all others. */
  extensionContexts(term: string): readonly string[];
}
