import type { JsonObject, JsonValue } from '../json/index.ts';

/** The two data models that are understood: 1.0.x (ADL) and 2.0.x (IEEE 9274.1.1). */
export type XapiVersion = '1.0' | '2.0';

/** Texts by language tag (Data 4.2). Keys are RFC 5646 tags. */
export interface LanguageMap extends JsonObject {
  readonly [tag: string]: string | undefined;
}

/** Whatever a community of practice adds (Data 4.1). Keys are IRIs, values any JSON, null included. */
export interface Extensions extends JsonObject {
  readonly [iri: string]: JsonValue | undefined;
}

/** A user account on another system (Data 2.4.2.4). */
export interface Account extends JsonObject {
  readonly homePage: string;
  readonly name: string;
}

/** The inverse functional identifiers (Data 2.4.2.3): an Agent has exactly one of them. */
interface Identified extends JsonObject {
  readonly name?: string;
  readonly mbox?: string;
  readonly mbox_sha1sum?: string;
  readonly openid?: string;
  readonly account?: Account;
}

/** A person or system (Data 2.4.2.1). */
export interface Agent extends Identified {
  readonly objectType?: 'Agent';
}

/** Several Agents (Data 2.4.2.2); anonymous where it has no identifier of its own, and then it lists its members. */
export interface Group extends Identified {
  readonly objectType: 'Group';
  readonly member?: Agent[];
}

/** Agent or Group, wherever either is allowed. */
export type Actor = Agent | Group;

/** What was done (Data 2.4.3). */
export interface Verb extends JsonObject {
  readonly id: string;
  readonly display?: LanguageMap;
}

/** One choice, scale point, source, target or step of an interaction (Data 2.4.4.1). */
export interface InteractionComponent extends JsonObject {
  readonly id: string;
  readonly description?: LanguageMap;
}

/** What an Activity is (Data 2.4.4.1). */
export interface ActivityDefinition extends JsonObject {
  readonly name?: LanguageMap;
  readonly description?: LanguageMap;
  readonly type?: string;
  readonly moreInfo?: string;
  readonly interactionType?: string;
  readonly correctResponsesPattern?: string[];
  readonly choices?: InteractionComponent[];
  readonly scale?: InteractionComponent[];
  readonly source?: InteractionComponent[];
  readonly target?: InteractionComponent[];
  readonly steps?: InteractionComponent[];
  readonly extensions?: Extensions;
}

/** Something to be learned from or acted on (Data 2.4.4.1). */
export interface Activity extends JsonObject {
  readonly objectType?: 'Activity';
  readonly id: string;
  readonly definition?: ActivityDefinition;
}

/** Another statement, by its id (Data 2.4.4.3). */
export interface StatementRef extends JsonObject {
  readonly objectType: 'StatementRef';
  readonly id: string;
}

/** Points reached (Data 2.4.5.1): `scaled` from -1 to 1, the others in points of the activity's own. */
export interface Score extends JsonObject {
  readonly scaled?: number;
  readonly raw?: number;
  readonly min?: number;
  readonly max?: number;
}

/** What came of it (Data 2.4.5). `duration` is an ISO 8601 duration. */
export interface Result extends JsonObject {
  readonly score?: Score;
  readonly success?: boolean;
  readonly completion?: boolean;
  readonly response?: string;
  readonly duration?: string;
  readonly extensions?: Extensions;
}

/** Activities that the statement has to do with (Data 2.4.6.2), one or a list for each kind. */
export interface ContextActivities extends JsonObject {
  readonly parent?: Activity | Activity[];
  readonly grouping?: Activity | Activity[];
  readonly category?: Activity | Activity[];
  readonly other?: Activity | Activity[];
}

/** An Agent in the context and what it is there (IEEE 9274.1.1, 4.2.2.5; 2.0 only). */
export interface ContextAgent extends JsonObject {
  readonly objectType: 'contextAgent';
  readonly agent: Agent;
  readonly relevantTypes?: string[];
}

/** A Group in the context and what it is there (IEEE 9274.1.1, 4.2.2.5; 2.0 only). */
export interface ContextGroup extends JsonObject {
  readonly objectType: 'contextGroup';
  readonly group: Group;
  readonly relevantTypes?: string[];
}

/** The circumstances (Data 2.4.6). */
export interface Context extends JsonObject {
  readonly registration?: string;
  readonly instructor?: Actor;
  readonly team?: Group;
  readonly contextActivities?: ContextActivities;
  readonly contextAgents?: ContextAgent[];
  readonly contextGroups?: ContextGroup[];
  readonly revision?: string;
  readonly platform?: string;
  readonly language?: string;
  readonly statement?: StatementRef;
  readonly extensions?: Extensions;
}

/** Metadata of one attachment (Data 2.4.11). `length` counts octets, `sha2` is in hex. */
export interface Attachment extends JsonObject {
  readonly usageType: string;
  readonly display: LanguageMap;
  readonly description?: LanguageMap;
  readonly contentType: string;
  readonly length: number;
  readonly sha2: string;
  readonly fileUrl?: string;
}

interface StatementParts extends JsonObject {
  readonly actor: Actor;
  readonly verb: Verb;
  readonly result?: Result;
  readonly context?: Context;
  /** Date and time of the experience, in a form of ISO 8601 (1.0) or RFC 3339 (2.0). */
  readonly timestamp?: string;
  readonly attachments?: Attachment[];
}

/** A statement that is not stored on its own but is the object of another (Data 2.4.4.3). */
export interface SubStatement extends StatementParts {
  readonly objectType: 'SubStatement';
  readonly object: Activity | Actor | StatementRef;
}

/** Evidence of an experience (Data 2.4). A type says what is meant; only validation says what is there. */
export interface Statement extends StatementParts {
  readonly id?: string;
  readonly object: Activity | Actor | StatementRef | SubStatement;
  readonly stored?: string;
  readonly authority?: Actor;
  readonly version?: string;
}

/** What a query answers with (Data 2.5). `more` is a relative IRL, empty or absent at the end. */
export interface StatementResult extends JsonObject {
  readonly statements: Statement[];
  readonly more?: string;
}
