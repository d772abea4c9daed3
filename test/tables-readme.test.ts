import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTableFiles } from '../scripts/generate-tables.ts';
import { checkMappings } from '../src/mappings/authoring/index.ts';
import { DEFINITIONS, findingText, parseTables } from '../src/mappings/tables/index.ts';
import { ontology } from '../src/ontology/index.ts';

const readme = readFileSync(new URL('../mappings/README.md', import.meta.url), 'utf8');
const files = await readTableFiles();

/** Blocks of rows for a table, in the order of the text. */
const blocks = [...readme.matchAll(/^```tsv (\S+)\n([\s\S]*?)\n```$/gm)].map(([, file = '', rows = '']) => ({
  file,
  rows: rows.split('\n'),
}));

/** The prefix that the worked examples tell to declare. */
const prefix = /^# {2}ex: .*$/m.exec(readme)?.[0] ?? '';

/** Adds rows to a text; a row whose name stands there already takes its place. */
function withRows(text: string, rows: readonly string[], named: boolean): string {
  const declared = text.startsWith('#') ? text.replace(/^#curie_map:$/m, `$&\n${prefix}`) : text;
  return rows.reduce((result, row) => {
    const [name] = row.split('\t');
    const lines = result.trimEnd().split('\n');
    const at = named ? lines.findIndex((line) => line.startsWith(`${name}\t`)) : -1;
    return `${(at < 0 ? [...lines, row] : lines.with(at, row)).join('\n')}\n`;
  }, declared);
}

describe('the README of the tables', () => {
  it('specifies every table and every column of its own', () => {
    const missing = Object.values(DEFINITIONS).flatMap(({ file, columns }) => [
      ...(readme.includes(`\`${file}\``) ? [] : [file]),
      ...columns.filter(({ name }) => !readme.includes(`\`${name}\``)).map(({ name }) => `${file}: ${name}`),
    ]);
    expect(missing).toEqual([]);
  });

  it('has worked examples whose rows pass the check', () => {
    const edited = { ...files };
    for (const { file, rows } of blocks) {
      const text = edited[file] ?? '';
      edited[file] = withRows(
        text.includes(prefix) ? text.replace(`${prefix}\n`, '') : text,
        rows,
        file === 'structure.tsv',
      );
    }
    const { tables, findings } = parseTables(edited);
    expect(findings.map(findingText)).toEqual([]);
    expect(checkMappings(tables!, ontology).map(findingText)).toEqual([]);
    expect(blocks.map(({ file }) => file)).toEqual([
      'identity.tsv',
      'verbs.sssom.tsv',
      'aliases.tsv',
      'types.sssom.tsv',
      'verbs.sssom.tsv',
      'structure.tsv',
      'structure.tsv',
      'extensions.sssom.tsv',
      'identity.tsv',
      'identity.tsv',
    ]);
    expect(tables?.verbs.filter(({ verb }) => verb.startsWith('https://vendor.example/'))).toHaveLength(4);
    expect(tables?.activityTypes.find(({ activityType }) => activityType.endsWith('live-lab'))?.type).toBe(
      'AssignableDigitalResource',
    );
    expect(tables?.aliases.some(({ read }) => read.startsWith('https://vendor.example/'))).toBe(true);
  });

  it('shows the row that it moves as it stands in the table', () => {
    const [before] = blocks.find(({ file }) => file === 'structure.tsv')?.rows ?? [];
    expect(files['structure.tsv']?.split('\n').map((line) => line.trimEnd())).toContain(before?.trimEnd());
  });
});
