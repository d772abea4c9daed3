import type { AliasKind } from './table.types.ts';
import type { Column } from './tsv.ts';

/** How a table's rows may be put into order without changing what they say: see {@link formatTable}. */
export interface RowOrder {
  /** Columns to sort by; rows that are equal in them keep their order. Empty where the order of all rows counts. */
  readonly by: readonly string[];
}

/** What a file in `mappings/` is. */
export interface TableDefinition {
  readonly file: string;
  readonly format: 'sssom' | 'tsv';
  /** For SSSOM: the slots that the standard does not have. Else all columns. */
  readonly columns: readonly Column[];
  readonly order: RowOrder;
}

const VERSION: readonly string[] = ['1.0', '1.1', '1.1x', '1.2'];
const EVENT: Column = { name: 'event' };
const WHEN: Column = { name: 'when' };
const SINCE: Column = { name: 'since', values: VERSION };
const UNTIL: Column = { name: 'until', values: VERSION };
const SOURCE: Column = { name: 'source' };
const COMMENT: Column = { name: 'comment' };

const ALIAS_KINDS: readonly AliasKind[] = [
  'verb',
  'type',
  'extension',
  'action',
  'entity',
  'metric',
  'message',
  'profile',
  'identifier',
];

const STRUCTURE: readonly Column[] = [
  { name: 'row', required: true },
  EVENT,
  { name: 'caliper_path' },
  { name: 'xapi_path' },
  { name: 'transform' },
  WHEN,
  { name: 'direction' },
  COMMENT,
];

/** Every table that `mappings/` may hold. The names are the members of a table set. */
export const DEFINITIONS = {
  actions: {
    file: 'actions.sssom.tsv',
    format: 'sssom',
    columns: [{ ...EVENT, required: true }, WHEN, SINCE, UNTIL, SOURCE],
    order: { by: ['event', 'subject_id'] },
  },
  entityTypes: {
    file: 'entities.sssom.tsv',
    format: 'sssom',
    columns: [
      { name: 'agent', values: ['Agent', 'Group'] },
      { name: 'as_object', required: true, values: ['Activity', 'Agent', 'Group'] },
      SINCE,
      UNTIL,
      SOURCE,
    ],
    order: { by: ['subject_id'] },
  },
  verbs: {
    file: 'verbs.sssom.tsv',
    format: 'sssom',
    columns: [EVENT, WHEN, SOURCE],
    order: { by: ['subject_id'] },
  },
  activityTypes: {
    file: 'types.sssom.tsv',
    format: 'sssom',
    columns: [SOURCE],
    order: { by: ['subject_id'] },
  },
  roles: {
    file: 'roles.sssom.tsv',
    format: 'sssom',
    columns: [{ name: 'kind', required: true, values: ['role', 'status'] }, { name: 'core_role' }, SOURCE],
    order: { by: ['subject_id'] },
  },
  profiles: {
    file: 'profiles.sssom.tsv',
    format: 'sssom',
    columns: [EVENT, WHEN, { name: 'direction', values: ['echo'] }, SINCE, SOURCE],
    order: { by: ['subject_id'] },
  },
  categories: {
    file: 'categories.sssom.tsv',
    format: 'sssom',
    columns: [SOURCE],
    order: { by: ['subject_id'] },
  },
  extensions: {
    file: 'extensions.sssom.tsv',
    format: 'sssom',
    columns: [
      EVENT,
      WHEN,
      { name: 'part', required: true, values: ['result', 'context', 'definition'] },
      { name: 'carrier' },
      SOURCE,
    ],
    order: { by: ['subject_id'] },
  },
  aliases: {
    file: 'aliases.tsv',
    format: 'tsv',
    columns: [
      { name: 'read', required: true },
      { name: 'means' },
      { name: 'kind', required: true, values: ALIAS_KINDS },
      { name: 'match', required: true, values: ['exact', 'prefix'] },
      COMMENT,
    ],
    order: { by: ['kind', 'read'] },
  },
  eventFields: { file: 'structure.tsv', format: 'tsv', columns: STRUCTURE, order: { by: [] } },
  entityFields: { file: 'entity.tsv', format: 'tsv', columns: STRUCTURE, order: { by: [] } },
  identities: {
    file: 'identity.tsv',
    format: 'tsv',
    columns: [
      { name: 'row', required: true },
      { name: 'caliper_iri' },
      { name: 'ifi' },
      { name: 'home_page' },
      { name: 'name' },
      WHEN,
      COMMENT,
    ],
    order: { by: [] },
  },
} as const satisfies Record<string, TableDefinition>;

/** Name of a table in a table set. */
export type TableName = keyof typeof DEFINITIONS;

/** Names of all tables, in the order of the definitions. */
export const TABLE_NAMES = Object.keys(DEFINITIONS) as readonly TableName[];

/** What a file holds; undefined for a file that is no table. */
export function definitionOf(file: string): TableDefinition | undefined {
  return Object.values<TableDefinition>(DEFINITIONS).find((definition) => definition.file === file);
}
