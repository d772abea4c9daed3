import type { JsonObject } from '../json/index.ts';

/** How close two terms are: the relation from the subject to the object of a vocabulary row. */
export type Relation = 'exactMatch' | 'closeMatch' | 'broadMatch' | 'narrowMatch' | 'noTerm';

/** An event type with an action. */
export interface EventAction {
  readonly type: string;
  readonly action: string;
}

/** What a verb look-up gave, and which row gave it. */
export interface VerbMatch {
  readonly verb: string;
  readonly display: string;
  readonly relation: Relation;
  readonly row: string;
  /** True where the event type has no row of its own for the action, or nobody knows the action. */
  readonly fallback: boolean;
}

/** What the choice of an event type and action gave, and which row gave it. */
export interface EventMatch extends EventAction {
  readonly relation: Relation;
  readonly row: string;
  readonly fallback: boolean;
}

/** An activity type or class look-up. */
export interface TermMatch {
  readonly term: string;
  readonly relation: Relation;
  readonly row: string;
  readonly fallback: boolean;
}

/** Form that an entity takes where a statement wants an agent, or as a statement's object. */
export type AgentForm = 'Agent' | 'Group';

/** What conditions of verb rows may look at. */
export interface VerbSituation {
  readonly statement: JsonObject;
  /** Caliper class of what the condition calls `object`. */
  readonly objectClass: string;
  /** Version of Caliper to be written. */
  readonly target: string;
}

/** The vocabulary tables, compiled for look-up both ways. */
export interface Vocabulary {
  /** Verb of an event: the row of its type, else the generic Event's, else the action's own IRI. */
  verbFor(event: JsonObject): VerbMatch;
  /** English display of a verb that the tables know; undefined for others. */
  displayOf(verb: string): string | undefined;
  /** True where some row of this event type and action writes this verb. */
  writes(pair: EventAction, verb: string): boolean;
  /** First row of a verb whose condition holds, after its other spellings are understood. */
  eventFor(verb: string, situation: VerbSituation): EventMatch | undefined;
  /** First row of a verb that gives this event type and whose condition holds; else its only action with this verb. */
  actionFor(verb: string, type: string, situation: VerbSituation): EventMatch | undefined;
  /** What serves a verb that no row knows: a stand-in that is noted. */
  standIn(verb: string): EventMatch;
  /** Activity type of an entity class; the nearest superclass's where it has no row of its own. */
  activityType(className: string): TermMatch;
  /** Entity class of an activity type; `Entity` where nobody knows it. */
  classOf(activityType: string): TermMatch;
  /** Form of a class in an agent slot; undefined where it cannot stand there. */
  agentForm(className: string): AgentForm | undefined;
  /** Form of a class as a statement's object; undefined where it is an Activity. */
  objectForm(className: string): AgentForm | undefined;
  /** Category activity of a Caliper profile term; undefined for unknown terms. */
  profileCategory(profile: string): string | undefined;
  /** Profile term of a category activity's id, Caliper's own or one that an xAPI profile names. */
  profileOf(category: string): string | undefined;
  /** Category activities of xAPI profiles that consumers of an event expect. */
  profileEchoes(event: JsonObject): readonly string[];
  /** Caliper's spelling of a term that is written in other ways; the text itself where it is spelled so. */
  spelling(kind: string, text: string): string;
}
