import { parseDocument } from 'yaml';
import * as z from 'zod';
import { finding, type Reading } from './finding.ts';
import type { TableDefaults } from './table.types.ts';
import { normalText } from './tsv.ts';

/** The file that holds what the tables have in common. */
export const SETTINGS_FILE = 'tables.yaml';

/** What the tables have in common: their semantic version, and what serves where no row does. */
export interface TableSettings {
  readonly version: string;
  readonly defaults: TableDefaults;
}

const term = z.string().regex(/^[A-Za-z]+$/, 'expected a Caliper term');

const SETTINGS = z.strictObject({
  version: z
    .string('expected a semantic version such as 1.0.0: YAML reads 1.0 as a number')
    .regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'expected a semantic version such as 1.0.0'),
  defaults: z.strictObject({
    event: term,
    action: term,
    entity: term,
    untyped: term,
    interaction: term,
    agent: term,
    group: term,
    reference: term,
    categoryType: z.string().regex(/^https?:\/\/\S+$/, 'expected an IRI'),
  }),
});

/** Reads `tables.yaml`. Undefined, with findings, where it cannot be understood. */
export function readSettings(text: string, file: string = SETTINGS_FILE): Reading<TableSettings | undefined> {
  const document = parseDocument(normalText(text));
  const [error] = document.errors;
  if (error) {
    const place = { file, line: error.linePos?.[0].line ?? 1, column: '1' };
    return {
      value: undefined,
      findings: [finding(place, 'metadata', error.message.split('\n')[0] ?? '', 'write YAML')],
    };
  }
  const parsed = SETTINGS.safeParse(document.toJS());
  if (parsed.success) return { value: parsed.data, findings: [] };
  const findings = parsed.error.issues.map(({ path, message }) => {
    const column = path.join('.') || '1';
    return finding(
      { file, line: lineOf(text, path), column },
      path[0] === 'version' ? 'version' : 'metadata',
      message,
      `mend ${column}`,
    );
  });
  return { value: undefined, findings };
}

/** The line of the last step of a path, found by its name: the file is small and its names are unique. */
function lineOf(text: string, path: readonly PropertyKey[]): number {
  const name = String(path.at(-1) ?? '');
  const index = normalText(text)
    .split('\n')
    .findIndex((line) => line.trimStart().startsWith(`${name}:`));
  return Math.max(index, 0) + 1;
}
