/** A slot of an event that holds an entity. */
export type EntitySlot =
  | 'actor'
  | 'object'
  | 'generated'
  | 'target'
  | 'referrer'
  | 'edApp'
  | 'group'
  | 'membership'
  | 'session'
  | 'federatedSession';

/** A Caliper version that a term belongs to. `1.1x` stands for the profile extensions of 1.1. */
export type CaliperVersion = '1.0' | '1.1' | '1.2';

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
  /** True for an action of any version. */
  isAction(term: string): boolean;
  /** Actions that an event type allows in a version; every action for `Event`. */
  actions(eventType: string, version?: CaliperVersion): readonly string[];
  /**
   * Classes that may stand in a slot of an event type; empty where any entity may. Some slots depend on the action
   * (the `generated` of an AssessmentItemEvent).
   */
  range(eventType: string, slot: EntitySlot, action?: string): readonly string[];
  /** Profile that an event type belongs to by default, which for NavigationEvent and ViewEvent depends on the object. */
  defaultProfile(eventType: string, objectType?: string): string | undefined;
  /** True for a property term of a Caliper context of any version, or one that only the 1.2 text defines. */
  isProperty(term: string): boolean;
  /** IRI of a class, action, property, profile, role, status, metric or identifier type; undefined for unknown terms. */
  iri(term: string): string | undefined;
  /** Class term of a Caliper class IRI (http or https, 1.0 and current forms); undefined for other IRIs. */
  classOf(iri: string): string | undefined;
  /** Role or status term of a LIS IRI; undefined for other IRIs. */
  roleOf(iri: string): string | undefined;
}
