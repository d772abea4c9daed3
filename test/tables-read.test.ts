import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findingText,
  formatTable,
  parseTables,
  readSettings,
  readSssom,
  readTable,
  readTsv,
  tablesDigest,
  type TableFinding,
} from '../src/mappings/tables/index.ts';

const COLUMNS = [{ name: 'row', required: true }, { name: 'kind', values: ['a', 'b'] }, { name: 'comment' }];

const HEADER = [
  '#mapping_set_id: https://w3id.org/crosswalk/mappings/verbs',
  '#mapping_set_version: 1.0.0',
  '#license: https://www.apache.org/licenses/LICENSE-2.0',
  '#curie_map:',
  '#  action: http://purl.imsglobal.org/caliper/actions/',
  '#  ex: https://vendor.example/verbs/',
  '#  semapv: https://w3id.org/semapv/vocab/',
  '#  skos: http://www.w3.org/2004/02/skos/core#',
  '#  sssom: https://w3id.org/sssom/',
  '#extension_definitions:',
  '#  - slot_name: event',
  '#  - slot_name: when',
  '#  - slot_name: source',
];
const NAMES =
  'subject_id subject_label predicate_id object_id object_label mapping_justification confidence event when source comment';
const VERB =
  'ex:won|won|skos:closeMatch|action:Completed|Completed|semapv:ManualMappingCuration|0.8|Event||https://vendor.example|';
const verbTable = (...rows: string[]) =>
  [...HEADER, NAMES.replaceAll(' ', '\t'), ...rows.map((row) => row.replaceAll('|', '\t')), ''].join('\n');
const SETTINGS = `version: 1.2.3
defaults:
  event: Event
  action: Used
  entity: Entity
  untyped: DigitalResource
  interaction: AssessmentItem
  agent: Person
  group: Group
  reference: Entity
  categoryType: https://vendor.example/profile
`;

const places = (findings: readonly TableFinding[]) =>
  findings.map(({ line, column, code }) => `${line} ${column} ${code}`);

describe('a plain table', () => {
  it('is read row by row, with the line of each', () => {
    const { value, findings } = readTsv('row\tkind\tcomment\nR1\ta\twhy\nR2\t\n', 'x.tsv', COLUMNS);
    expect(findings).toEqual([]);
    expect(value.rows).toEqual([
      { line: 2, cells: ['R1', 'a', 'why'] },
      { line: 3, cells: ['R2', '', ''] },
    ]);
  });

  it('may have its columns in any order', () => {
    const { value, findings } = readTsv('comment\trow\tkind\nwhy\tR1\tb\n', 'x.tsv', COLUMNS);
    expect(findings).toEqual([]);
    expect(value.columns).toEqual(['comment', 'row', 'kind']);
  });

  it('is read as a spreadsheet saves it: byte order mark, CRLF, quotes, cells filled up', () => {
    const text = '\uFEFFrow\tkind\tcomment\t\r\nR1\ta\t"say ""so"", then"\t\r\nR2\tb\t\t\r\n';
    const { value, findings } = readTsv(text, 'x.tsv', COLUMNS);
    expect(findings).toEqual([]);
    expect(value.rows.map(({ cells }) => cells)).toEqual([
      ['R1', 'a', 'say "so", then'],
      ['R2', 'b', ''],
    ]);
  });

  it('keeps double quotes that stand within a cell', () => {
    const { value } = readTsv('row\tkind\tcomment\nR1\ta\tcontains "[,]"\n', 'x.tsv', COLUMNS);
    expect(value.rows[0]?.cells[2]).toBe('contains "[,]"');
  });

  it('tells line, column and mend of every fault, all at once', () => {
    const text = 'row\tkind\tcomment\n\ta\t\nR2\tc\t\nR3\ta\tx\ty\n\nR5\tb\tfine\n';
    const { value, findings } = readTsv(text, 'x.tsv', COLUMNS);
    expect(places(findings)).toEqual([
      '2 row cell-required',
      '3 kind cell-value',
      '4 4 cell-count',
      '5 1 cell-count',
    ]);
    expect(findingText(findings[1] as TableFinding)).toBe(
      'x.tsv:3: kind: «c»; write one of a, b [cell-value]',
    );
    expect(value.rows).toEqual([{ line: 6, cells: ['R5', 'b', 'fine'] }]);
  });

  it('refuses a quoted cell that goes on in the next line or cell, and reads on after it', () => {
    const text = 'row\tkind\tcomment\nR1\ta\t"one\nR2\ta\t"say "so""\nR3\tc\t\n';
    const { value, findings } = readTsv(text, 'x.tsv', COLUMNS);
    expect(places(findings)).toEqual(['2 3 quotes', '3 3 quotes', '4 kind cell-value']);
    expect(value.rows).toEqual([]);
  });

  it('names columns that are missing, unknown or there twice', () => {
    expect(places(readTsv('row\tkind\tkind\tnote\nR1\ta\ta\t\n', 'x.tsv', COLUMNS).findings)).toEqual([
      '1 comment column-missing',
      '1 kind column-twice',
      '1 note column-unknown',
    ]);
  });
});

describe('an SSSOM table', () => {
  const read = (text: string) => readTable('verbs.sssom.tsv', text);

  it('is read with its metadata, counting lines from the top of the file', () => {
    const { value, findings } = read(verbTable(VERB));
    expect(findings).toEqual([]);
    expect(value?.metadata?.curie_map['ex']).toBe('https://vendor.example/verbs/');
    expect(value?.rows[0]?.line).toBe(HEADER.length + 2);
  });

  it('is read after a spreadsheet filled up its header', () => {
    const text = verbTable(VERB).replace(/^(#.*)$/gm, '$1\t\t\t');
    expect(read(text).findings).toEqual([]);
  });

  it('says where its metadata is no YAML', () => {
    const text = verbTable(VERB).replace('#mapping_set_version: 1.0.0', '#mapping_set_version: [');
    const [first] = read(text).findings;
    expect(first?.code).toBe('metadata');
    expect(first?.line).toBeGreaterThan(1);
  });

  it('demands what SSSOM demands of a mapping set', () => {
    const text = verbTable(VERB).replace(/^#license.*\n/m, '');
    expect(places(read(text).findings)).toEqual(['1 license metadata']);
  });

  it('demands that its own slots are declared', () => {
    const text = verbTable(VERB).replace('#  - slot_name: when\n', '');
    expect(places(read(text).findings)).toEqual([`${HEADER.length} when metadata`]);
  });

  it('takes further slots of the standard, and further ones that are declared', () => {
    const text = verbTable()
      .replace('#  - slot_name: source', '#  - slot_name: source\n#  - slot_name: campus')
      .replace('comment\n', 'comment\tcampus\tauthor_id\n');
    expect(read(text).findings).toEqual([]);
    expect(places(read(text.replace('\tcampus\t', '\tschool\t')).findings)).toEqual([
      `${HEADER.length + 2} school column-unknown`,
    ]);
  });

  it('is a finding where no table has its name', () => {
    expect(readTable('verb.tsv', '').findings.map(({ code }) => code)).toEqual(['table-unknown']);
  });

  it('needs no more than the columns that it is asked for', () => {
    const own = readSssom(verbTable(VERB), 'mine.sssom.tsv', [{ name: 'event' }]);
    expect(own.findings).toEqual([]);
  });
});

describe('a table set', () => {
  const parse = (...rows: string[]) =>
    parseTables({ 'tables.yaml': SETTINGS, 'verbs.sssom.tsv': verbTable(...rows) });

  it('writes IRIs in full and numbers the rows of a verb', () => {
    const { tables, findings } = parse(VERB.replace('||https', '|object is Assessment|https'), VERB);
    expect(findings).toEqual([]);
    expect(
      tables?.verbs.map(({ row, verb, event, action, order }) => [row, verb, event, action, order]),
    ).toEqual([
      ['T-VRB:https://vendor.example/verbs/won', 'https://vendor.example/verbs/won', 'Event', 'Completed', 1],
      [
        'T-VRB:https://vendor.example/verbs/won row 2',
        'https://vendor.example/verbs/won',
        'Event',
        'Completed',
        2,
      ],
    ]);
    expect(tables?.release.version).toBe('1.2.3');
  });

  it('reads a verb that stands for another', () => {
    const { tables } = parse(
      VERB.replace('skos:closeMatch|action:Completed', 'skos:exactMatch|ex:gained').replace('|Event|', '||'),
    );
    expect(tables?.verbs[0]).toMatchObject({
      sameAs: 'https://vendor.example/verbs/gained',
      event: '',
      action: '',
    });
  });

  it('tells a stand-in from a match', () => {
    const { tables } = parse(VERB.replace('skos:closeMatch', 'sssom:NoTermFound').replace('0.8', ''));
    expect(tables?.verbs[0]).toMatchObject({ relation: 'noTerm', confidence: undefined });
  });

  it('places a prefix that is not declared, a confidence that is none, a term that stands elsewhere', () => {
    const { findings } = parse(
      VERB.replace('ex:won', 'vendor:won'),
      VERB.replace('0.8', '80%'),
      VERB.replace('action:Completed', 'ex:Completed'),
    );
    const line = HEADER.length + 2;
    expect(places(findings)).toEqual([
      `${line} subject_id prefix-undeclared`,
      `${line + 1} confidence cell-value`,
      `${line + 2} object_id cell-value`,
    ]);
  });

  it('takes no prefix from what every object inherits', () => {
    expect(places(parse(VERB.replace('ex:won', 'constructor:won')).findings)).toEqual([
      `${HEADER.length + 2} subject_id prefix-undeclared`,
    ]);
  });

  it('cannot be changed', () => {
    const { tables } = parse(VERB);
    expect(() => Object.assign(tables?.verbs[0] as object, { action: 'Used' })).toThrow(TypeError);
    expect(() => (tables?.verbs as unknown[]).push({})).toThrow(TypeError);
  });

  it('is refused where its version is none, with the line of it', () => {
    expect(places(readSettings(SETTINGS.replace('1.2.3', 'new')).findings)).toEqual(['1 version version']);
    expect(places(readSettings(SETTINGS.replace('  agent: Person\n', '  agent: a b\n')).findings)).toEqual([
      '8 defaults.agent metadata',
    ]);
  });
});

describe('the digest', () => {
  it('changes with any cell of any table, and with any name', () => {
    const files = { 'aliases.tsv': 'read\tmeans\nx\ty\n', 'tables.yaml': SETTINGS };
    const digests = [
      files,
      { ...files, 'aliases.tsv': 'read\tmeans\nx\tz\n' },
      { ...files, 'tables.yaml': SETTINGS.replace('1.2.3', '1.2.4') },
      { 'alias.tsv': files['aliases.tsv'], 'tables.yaml': SETTINGS },
    ].map(tablesDigest);
    expect(new Set(digests).size).toBe(4);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on the order of files or on the kind of line ends', () => {
    const digest = tablesDigest({ 'a.tsv': 'x\ny\n', 'b.tsv': 'z\n' });
    expect(tablesDigest({ 'b.tsv': '\uFEFFz\r\n', 'a.tsv': 'x\r\ny\r\n' })).toBe(digest);
  });
});

describe('the canonical form', () => {
  it('sorts rows, but keeps the order of those whose order counts', () => {
    const text = verbTable(
      VERB.replace('ex:won', 'ex:won').replace('||https', '|object is Assessment|https'),
      VERB,
      VERB.replace('ex:won', 'ex:drew'),
    );
    const formatted = formatTable(readTable('verbs.sssom.tsv', text).value!);
    const subjects = formatted.split('\n').filter((line) => line.startsWith('ex:'));
    expect(subjects.map((line) => [line.split('\t')[0], line.split('\t')[8]])).toEqual([
      ['ex:drew', ''],
      ['ex:won', 'object is Assessment'],
      ['ex:won', ''],
    ]);
  });

  it('puts columns, prefixes and slots into their order, and is its own canonical form', () => {
    const lines = verbTable(VERB).split('\n');
    const swapped = lines.map((line) =>
      line.startsWith('#') ? line : line.split('\t').toReversed().join('\t'),
    );
    [swapped[4], swapped[5]] = [swapped[5]!, swapped[4]!];
    [swapped[10], swapped[12]] = [swapped[12]!, swapped[10]!];
    const formatted = formatTable(readTable('verbs.sssom.tsv', swapped.join('\n')).value!);
    expect(formatted).toBe(formatTable(readTable('verbs.sssom.tsv', verbTable(VERB)).value!));
    expect(formatTable(readTable('verbs.sssom.tsv', formatted).value!)).toBe(formatted);
  });

  it('reads back as the same rows, whatever stands in the cells', () => {
    const cell = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\t\n\r\uFEFF]/g, ' ').trim());
    const name = fc
      .string({ minLength: 1 })
      .map((text) => text.replace(/[\t\n\r]/g, ' ').trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, cell, cell), { minLength: 1 }), (rows) => {
        const table = {
          file: 'x.tsv',
          columns: ['row', 'kind', 'comment'],
          rows: rows.map((cells, index) => ({ line: index + 2, cells })),
        };
        const columns = [{ name: 'row', required: true }, { name: 'kind' }, { name: 'comment' }];
        const { value, findings } = readTsv(formatTable(table), 'x.tsv', columns);
        expect(findings).toEqual([]);
        expect(value.rows).toEqual(table.rows);
      }),
      { numRuns: 200 },
    );
  });
});
