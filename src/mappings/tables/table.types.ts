import type { TablesIdentity } from '../crosswalk.types.ts';
import type { Place } from './finding.ts';
import type { RawTable } from './raw.types.ts';

/**
 * Relation from the subject of a row to its object: `broadMatch` says that the object is the broader term, `noTerm`
 * (sssom:NoTermFound) that there is no counterpart, and the object only a stand-in.
 */
export type Relation = 'exactMatch' | 'closeMatch' | 'broadMatch' | 'narrowMatch' | 'noTerm';

/** What every row has. */
export interface TableRow {
  /** Stable name of the row, such as `T-ACT:MediaEvent/Paused` or `F:edApp`. */
  readonly row: string;
  /** Why the row says what it says. */
  readonly comment: string;
  /** The file and line that the row stands on. */
  readonly at: Omit<Place, 'column'>;
}

/** What every row of a vocabulary table has. IRIs are written in full. */
export interface VocabularyRow extends TableRow {
  readonly subject: string;
  readonly subjectLabel: string;
  readonly relation: Relation;
  readonly object: string;
  readonly objectLabel: string;
  /** From 0 to 1; undefined for a stand-in. */
  readonly confidence: number | undefined;
  /** IRI of the profile or specification that defines the xAPI term; empty where none is cited. */
  readonly source: string;
}

/** T-ACT: a Caliper action, as an event type uses it, and its verb. The first row of a pair whose condition holds. */
export interface ActionRow extends VocabularyRow {
  readonly event: string;
  readonly action: string;
  /** Condition on the event; empty where there is none. */
  readonly when: string;
  readonly verb: string;
  /** Display of the verb in English. */
  readonly display: string;
  /** First version of Caliper with the pair; `1.1x` stands for the profile extensions of 1.1. */
  readonly since: string;
  /** Last version of Caliper with the pair; empty where it is not retired. */
  readonly until: string;
}

/** T-ENT: a Caliper entity type and its activity type. */
export interface EntityTypeRow extends VocabularyRow {
  readonly type: string;
  readonly activityType: string;
  /** Form in an agent slot; undefined where the entity cannot stand there. */
  readonly agent: 'Agent' | 'Group' | undefined;
  /** Form as the object of a statement. */
  readonly asObject: 'Activity' | 'Agent' | 'Group';
  readonly since: string;
  readonly until: string;
}

/** T-VRB: an xAPI verb and what Caliper calls it. Of the rows of a verb, the first whose condition holds. */
export interface VerbRow extends VocabularyRow {
  readonly verb: string;
  /** Position among the rows of the verb, from 1. */
  readonly order: number;
  /** Another verb, whose rows serve this one; the row then has no event type, action or condition. */
  readonly sameAs: string | undefined;
  readonly event: string;
  readonly action: string;
  /** Condition on the statement, where `object is C` speaks of the Caliper class of its object. */
  readonly when: string;
}

/** T-TYP: an activity type and its Caliper entity type. */
export interface ActivityTypeRow extends VocabularyRow {
  readonly activityType: string;
  readonly type: string;
}

/** T-ROL: a role or status term of a membership and its IRI. */
export interface RoleRow extends VocabularyRow {
  readonly term: string;
  readonly iri: string;
  readonly kind: 'role' | 'status';
  /** Core role of a subrole; empty for core roles and status. */
  readonly coreRole: string;
}

/** T-PRO: a Caliper profile and a context category. */
export interface ProfileRow extends VocabularyRow {
  readonly profile: string;
  readonly category: string;
  /** True for the category of an xAPI profile that is written beside the Caliper profile's, and derived from the event. */
  readonly echo: boolean;
  readonly event: string;
  readonly when: string;
  readonly since: string;
}

/** T-PRO, back: a context category and the Caliper profile that it supports; undefined where the event type decides. */
export interface CategoryRow extends VocabularyRow {
  readonly category: string;
  readonly profile: string | undefined;
}

/** T-EXT: a published extension and the Caliper property that takes its value; undefined where it keeps its own key. */
export interface ExtensionRow extends VocabularyRow {
  readonly extension: string;
  readonly property: string | undefined;
  /** Path of the property in the event, such as `target.currentTime`; empty where it keeps its own key. */
  readonly path: string;
  /** Part of a statement that the extension is declared or described for. */
  readonly part: 'result' | 'context' | 'definition';
  /** Names of the rows of `structure.tsv` that carry it. */
  readonly carriers: readonly string[];
  readonly event: string;
  readonly when: string;
}

/** What an alias is another spelling of. */
export type AliasKind =
  'verb' | 'type' | 'extension' | 'action' | 'entity' | 'metric' | 'message' | 'profile' | 'identifier';

/** T-ALI: another spelling of an IRI or term. Of prefixes that fit, the longest; an exact row before any prefix. */
export interface AliasRow extends TableRow {
  readonly read: string;
  /** The spelling meant. For a prefix: what takes the place of the prefix, empty where the rest is a term. */
  readonly means: string;
  readonly kind: AliasKind;
  readonly match: 'exact' | 'prefix';
}

/** A row of `structure.tsv` (of an event) or `entity.tsv` (of an entity), as it stands there. */
export interface StructureRow extends TableRow {
  readonly event: string;
  readonly caliperPath: string;
  readonly xapiPath: string;
  readonly transform: string;
  readonly when: string;
  readonly direction: string;
}

/** A row of `identity.tsv`, as it stands there. The order of the rows counts. */
export interface IdentityRow extends TableRow {
  readonly caliperIri: string;
  readonly ifi: string;
  readonly homePage: string;
  readonly name: string;
  readonly when: string;
}

/** What serves where no row does; each use is noted on the record. */
export interface TableDefaults {
  readonly event: string;
  readonly action: string;
  /** Class of an activity whose type no row knows. */
  readonly entity: string;
  /** Class of an activity whose definition has no type. */
  readonly untyped: string;
  /** Class of an activity whose type no row knows, but that has an interactionType. */
  readonly interaction: string;
  /** Classes of objects that are agents, groups, statement references and sub-statements. */
  readonly agent: string;
  readonly group: string;
  readonly reference: string;
  /** Activity type of category activities that name a profile. */
  readonly categoryType: string;
}

/** All tables, read and typed. Frozen: whoever holds it may keep it. */
export interface TableSet {
  /** Semantic version of the tables, and the digest of their contents. */
  readonly release: TablesIdentity;
  readonly defaults: TableDefaults;
  readonly actions: readonly ActionRow[];
  readonly entityTypes: readonly EntityTypeRow[];
  readonly verbs: readonly VerbRow[];
  readonly activityTypes: readonly ActivityTypeRow[];
  readonly roles: readonly RoleRow[];
  readonly profiles: readonly ProfileRow[];
  readonly categories: readonly CategoryRow[];
  readonly extensions: readonly ExtensionRow[];
  readonly aliases: readonly AliasRow[];
  /** Rows of `structure.tsv`. */
  readonly eventFields: readonly StructureRow[];
  /** Rows of `entity.tsv`. */
  readonly entityFields: readonly StructureRow[];
  /** Rows of `identity.tsv`. */
  readonly identities: readonly IdentityRow[];
  /** The tables as they stand in their files. */
  readonly raw: readonly RawTable[];
}
