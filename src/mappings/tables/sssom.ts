import { parseDocument, type YAMLParseError } from 'yaml';
import * as z from 'zod';
import { finding, type Reading, type TableFinding } from './finding.ts';
import type { RawTable, SssomMetadata } from './raw.types.ts';
import { normalText, readRows, type Column } from './tsv.ts';

/** The slots of SSSOM that every vocabulary table has, in their order. */
export const SSSOM_COLUMNS: readonly Column[] = [
  { name: 'subject_id', required: true },
  { name: 'subject_label' },
  {
    name: 'predicate_id',
    required: true,
    values: [
      'skos:exactMatch',
      'skos:closeMatch',
      'skos:broadMatch',
      'skos:narrowMatch',
      'sssom:NoTermFound',
    ],
  },
  { name: 'object_id', required: true },
  { name: 'object_label' },
  { name: 'mapping_justification', required: true },
  { name: 'confidence' },
  { name: 'comment' },
];

/** Further slots of the standard that an author may add to a row. */
const OPTIONAL_SLOTS = [
  'author_id',
  'author_label',
  'creator_id',
  'creator_label',
  'issue_tracker_item',
  'mapping_date',
  'mapping_source',
  'object_source',
  'object_source_version',
  'reviewer_id',
  'reviewer_label',
  'review_date',
  'see_also',
  'subject_source',
  'subject_source_version',
];

const METADATA = z.looseObject({
  mapping_set_id: z.string(),
  license: z.string(),
  mapping_set_version: z.string().optional(),
  mapping_set_title: z.string().optional(),
  mapping_set_description: z.string().optional(),
  curie_map: z.record(z.string(), z.string()),
  extension_definitions: z
    .array(
      z.object({ slot_name: z.string(), property: z.string().optional(), type_hint: z.string().optional() }),
    )
    .default([]),
});

/**
 * Reads an SSSOM/TSV table: lines that begin with `#` hold the metadata as YAML, then comes the table. Its columns are
 * slots of SSSOM or declared in `extension_definitions`. `columns` says what the table demands of its own slots.
 *
 * Rows that break a demand are left out, and each is a finding; so is metadata that cannot be read.
 */
export function readSssom(text: string, file: string, columns: readonly Column[] = []): Reading<RawTable> {
  const lines = normalText(text).split('\n');
  const end = lines.findIndex((line) => !/^"?#/.test(line));
  const header = lines.slice(0, end < 0 ? lines.length : end);
  const { value: metadata, findings } = readMetadata(header, file);
  const declared = metadata?.extension_definitions.map(({ slot_name }) => slot_name) ?? [];
  const body = readRows(lines.slice(header.length).join('\n'), {
    file,
    firstLine: header.length + 1,
    columns: [...SSSOM_COLUMNS, ...columns],
    others: new Set([...OPTIONAL_SLOTS, ...declared]),
  });
  return {
    value: { ...body.value, metadata },
    findings: [
      ...findings,
      ...(metadata ? undeclared(columns, declared, file, header.length + 1) : []),
      ...body.findings,
    ],
  };
}

/** The header's lines hold YAML behind their `#`; spreadsheets add tabs at the end and quotes around them. */
function readMetadata(header: readonly string[], file: string): Reading<SssomMetadata | undefined> {
  const yaml = header.map((line) => line.replace(/^"?#/, '').trimEnd().replace(/"$/, '')).join('\n');
  const document = parseDocument(yaml);
  if (document.errors.length > 0)
    return { value: undefined, findings: document.errors.map((error) => unreadable(error, file)) };
  const parsed = METADATA.safeParse(document.toJS());
  if (parsed.success) return { value: parsed.data, findings: [] };
  return {
    value: undefined,
    findings: parsed.error.issues.map(({ path, message }) => {
      const column = path.join('.') || 'metadata';
      return finding(
        { file, line: 1, column },
        'metadata',
        message,
        `write ${column} into the lines that begin with #`,
      );
    }),
  };
}

function unreadable(error: YAMLParseError, file: string): TableFinding {
  const line = error.linePos?.[0].line ?? 1;
  const [reason = ''] = error.message.split('\n');
  return finding(
    { file, line, column: 'metadata' },
    'metadata',
    reason,
    'write the lines that begin with # as YAML',
  );
}

/** A table's own slots are no slots of the standard, and have to be declared. */
function undeclared(
  slots: readonly Column[],
  declared: readonly string[],
  file: string,
  line: number,
): TableFinding[] {
  return slots
    .filter(({ name }) => !declared.includes(name))
    .map(({ name }) =>
      finding(
        { file, line, column: name },
        'metadata',
        `«${name}» is no slot of SSSOM`,
        'declare it in extension_definitions',
      ),
    );
}
