import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readTableFiles } from '../scripts/generate-tables.ts';
import type { JsonValue } from '../src/json/index.ts';
import { checkMappings, publishedProfiles, unusedRows } from '../src/mappings/authoring/index.ts';
import { findingText, parseTables, shippedTables, type TableFinding } from '../src/mappings/tables/index.ts';
import { SIGNATURES } from '../src/mappings/transforms/signatures.ts';
import { transformNames } from '../src/mappings/transforms/index.ts';
import { ontology } from '../src/ontology/index.ts';

const files = await readTableFiles();

/** The findings when a row of a table is put where another one stands, which goes below it. */
function checkWith(file: string, row: string, above?: string): TableFinding[] {
  const lines = (files[file] ?? '').trimEnd().split('\n');
  const at = above === undefined ? lines.length : lines.findIndex((line) => line.startsWith(above));
  if (at < 0) throw new Error(`no line begins with ${above}`);
  return checkText(file, `${lines.toSpliced(at, 0, row.replaceAll('|', '\t')).join('\n')}\n`);
}

function checkText(file: string, text: string): TableFinding[] {
  const { tables, findings } = parseTables({ ...files, [file]: text });
  if (!tables || findings.length > 0) throw new Error(findings.map(findingText).join('\n'));
  return checkMappings(tables, ontology);
}

const inCells = (findings: readonly TableFinding[]) =>
  findings.map(({ column, code }) => `${column} ${code}`);

/** A structure row that is right, but for the cells that are given. */
const field = (
  cells: Partial<Record<'event' | 'from' | 'to' | 'transform' | 'when' | 'direction', string>>,
) =>
  [
    'F-X:x',
    cells.event ?? 'SearchEvent',
    cells.from ?? 'object.keywords',
    cells.to ?? 'context.ext[http://id.tincanapi.com/extension/tags]',
    cells.transform ?? 'copy',
    cells.when ?? '',
    cells.direction ?? '',
    '',
  ].join('|');

describe('a check of the mappings', () => {
  it('finds nothing wrong with the shipped tables', () => {
    expect(checkMappings(shippedTables(), ontology).map(findingText)).toEqual([]);
    expect(checkWith('structure.tsv', field({}))).toEqual([]);
  });

  const broken: Readonly<Record<string, [Parameters<typeof field>[0], string]>> = {
    'an event type that nobody has': [{ event: 'LearningEvent' }, 'event term-unknown'],
    'a path that is none': [{ from: 'object..name' }, 'caliper_path path'],
    'a place that is none': [{ to: 'result.[x' }, 'xapi_path path'],
    'a condition that cannot be read': [{ when: 'object are Document' }, 'when condition'],
    'a direction that is none': [{ direction: 'both' }, 'direction cell-value'],
    'a transform that is none': [{ transform: 'shout' }, 'transform transform'],
    'a transform without its words': [{ transform: 'ratio(scoreGiven)' }, 'transform transform'],
    'a transform with words that it does not have': [{ transform: 'copy(x)' }, 'transform transform'],
    'a constant without its value': [{ from: '-', transform: 'const' }, 'transform transform'],
    'a class in a transform that nobody has': [{ transform: 'location(Place)' }, 'transform term-unknown'],
    'a property in a transform that nobody has': [
      { transform: 'ratio(given maxScore)' },
      'transform term-unknown',
    ],
    'a list where xAPI has a text': [{ to: 'result.response' }, 'transform transform-type'],
    'a text where a transform takes a list': [
      { from: 'object.name', to: 'result.response', transform: 'join' },
      'transform transform-type',
    ],
    'a time that is no duration': [
      { from: 'object.dateCreated', transform: 'seconds' },
      'transform transform-type',
    ],
    'a number where xAPI has a text': [
      { from: 'object.duration', to: 'context.platform', transform: 'seconds' },
      'transform transform-type',
    ],
    'a constant where a value is read': [{ transform: 'const(true)' }, 'transform transform-type'],
    'a copy without a place': [{ to: '-' }, 'transform transform-type'],
    'an extension that no row cites a source for': [
      { to: 'context.ext[https://vendor.example/x]' },
      'xapi_path source-missing',
    ],
    'a verb that no row has': [{ when: 'verb.id = https://vendor.example/did' }, 'when source-missing'],
  };
  for (const [name, [cells, expected]] of Object.entries(broken)) {
    it(`finds ${name}, and tells file, line and mend`, () => {
      const findings = checkWith('structure.tsv', field(cells));
      expect(inCells(findings)).toEqual([expected]);
      expect(findings[0]).toMatchObject({
        file: 'structure.tsv',
        line: (files['structure.tsv'] ?? '').trimEnd().split('\n').length + 1,
      });
      expect(findings[0]?.mend).not.toBe('');
    });
  }

  it('finds a row behind one that takes all of its records, and lets it stand in front', () => {
    const narrow = 'F-X:x|MessageEvent|object.body|result.response|copy|object is Message, has session||';
    expect(inCells(checkWith('structure.tsv', narrow))).toEqual(['when row-unreachable']);
    expect(checkWith('structure.tsv', narrow, 'F-MessageEvent:body')).toEqual([]);
  });

  it('finds two rows that write one place from two paths', () => {
    const rival = 'F-X:x|MessageEvent|object.name|result.response|copy|object is Message||';
    expect(inCells(checkWith('structure.tsv', rival))).toEqual(['xapi_path row-overlaps']);
  });

  it('finds rows of entities that say what no row of theirs can', () => {
    const row = (cells: string) => inCells(checkWith('entity.tsv', cells));
    expect(row('F-E:x|Entity|keywords|definition.moreInfo|join|||')).toEqual(['transform transform']);
    expect(row('F-E:x|Entity|keywords|object.moreInfo|copy|||')).toEqual(['xapi_path path']);
    expect(row('F-E:x|Page|keywords|definition.steps|copy|has name||')).toEqual([
      'event cell-value',
      'when cell-value',
    ]);
    const text = (files['entity.tsv'] ?? '').replace(/^F-E:extensions.*\n/m, '');
    expect(inCells(checkText('entity.tsv', text))).toEqual(['row row-missing']);
  });

  it('finds identity rows that cannot be filled in, or never come to their turn', () => {
    const row = (cells: string, above?: string) => inCells(checkWith('identity.tsv', cells, above));
    expect(row('ID:x|https://a.example/{name}|account|https://a.example|{name}|Person|', 'ID:users')).toEqual(
      [],
    );
    expect(row('ID:x|https://a.example/{name}|login||{name}|Person|')).toEqual(['ifi cell-value']);
    expect(row('ID:x|https://a.example/{name}|account||{name}|Person|')).toEqual(['home_page cell-required']);
    expect(row('ID:x|https://a.example/{name}|account|https://a.example|{login}|Person|')).toEqual([
      'name template',
    ]);
    expect(row('ID:x|https://a.example/{name|account|https://a.example|x|Person|')).toEqual([
      'caliper_iri template',
    ]);
    expect(row('ID:x|https://a.example/{name}|account|https://a.example|{name}|Human|')).toEqual([
      'when term-unknown',
    ]);
    expect(row('ID:x|{iri}|account|https://a.example|{iri}|Person|')).toEqual([
      'caliper_iri row-unreachable',
    ]);
  });

  it('finds conditions of vocabulary rows that cannot be read, and still judges the others', () => {
    const text = (files['verbs.sssom.tsv'] ?? '').replace(
      '\tobject is QuestionnaireItem\t',
      '\tobject as QuestionnaireItem\t',
    );
    const findings = checkText('verbs.sssom.tsv', text);
    expect(inCells(findings)).toEqual(['when condition']);
    expect(findings[0]?.found).toContain('at character');
  });

  it('finds rows that no example exercises', () => {
    const used = shippedTables().eventFields.map(({ row }) => ({ row, from: '', to: '' }));
    expect(unusedRows(shippedTables(), [used])).toEqual([]);
    const others = used.filter(({ row }) => row !== 'F-MessageEvent:body');
    expect(unusedRows(shippedTables(), [others]).map(({ line, code }) => `${line} ${code}`)).toEqual([
      `${(files['structure.tsv'] ?? '').split('\n').findIndex((line) => line.startsWith('F-MessageEvent:body')) + 1} row-unused`,
    ]);
  });

  it('knows the signature of each transform, and of no other', () => {
    expect(Object.keys(SIGNATURES).sort()).toEqual([...transformNames, 'raise'].sort());
  });
});

const PROFILES = fileURLToPath(new URL('../../shared/reference/xapi/profiles/', import.meta.url));
const reference = existsSync(PROFILES);
if (!reference) console.warn('Skipped: the published profiles are not beside the project.');

describe.skipIf(!reference)('beside published profiles', () => {
  const documents = reference
    ? readdirSync(PROFILES).map((name) => JSON.parse(readFileSync(PROFILES + name, 'utf8')) as JsonValue)
    : [];

  it('finds each of their terms mapped or declared', () => {
    const published = publishedProfiles(documents);
    expect(published.concepts.length).toBeGreaterThan(900);
    expect(checkMappings(shippedTables(), ontology, published).map(findingText)).toEqual([]);
  });

  it('finds a term that is neither', () => {
    const concept = { id: 'https://vendor.example/verbs/x', type: 'Verb' };
    const published = publishedProfiles([{ id: 'https://vendor.example', concepts: [concept] }]);
    const [found, ...others] = checkMappings(shippedTables(), ontology, published);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ file: 'verbs.sssom.tsv', code: 'term-unmapped' });
  });
});
