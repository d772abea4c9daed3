import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTableFiles } from '../scripts/generate-tables.ts';
import type { JsonObject } from '../src/json/index.ts';
import { checkMappings, checkRows, overlayTables } from '../src/mappings/authoring/index.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { DEFINITIONS, parseTables, SETTINGS_FILE, type TableFinding } from '../src/mappings/tables/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { crosswalk as commandLine, folder, type Folder } from './support/command-line.ts';
import { INHERITED_NAMES, PROTOTYPE_NAMES, watchPrototypes } from './support/prototypes.ts';
import { aStatement, anEvent } from './support/records.ts';

const files = await readTableFiles();
const shipped = shippedTables();

/** A map with members of such names, as JSON gives it: its own, and no prototype. */
const mapOf = (value: string): JsonObject =>
  JSON.parse(`{${INHERITED_NAMES.map((name) => `"${name}": "${value}"`).join(', ')}}`) as JsonObject;

const EVENTS = [
  anEvent(),
  anEvent({
    extensions: { ...mapOf('a'), x: 'kept' },
    object: {
      id: 'https://lms.example.edu/pages/1',
      type: 'WebPage',
      name: 'constructor',
      extensions: mapOf('b'),
    },
  }),
];
const STATEMENTS = [
  aStatement(),
  aStatement({
    context: { extensions: mapOf('c') },
    result: { response: '__proto__', extensions: mapOf('d') },
    object: {
      id: 'https://lms.example.edu/units/1',
      definition: { name: mapOf('e'), type: 'https://x.example/__proto__', extensions: mapOf('f') },
    },
  }),
];

/** The lines of a shipped table up to its first row, and the cells of that row. */
function tableOf(file: string) {
  const lines = (files[file] ?? '').split('\n');
  const at = lines.findIndex((line) => !line.startsWith('#'));
  const columns = (lines[at] ?? '').split('\t');
  const cells = (lines[at + 1] ?? '').split('\t');
  return { head: lines.slice(0, at + 1), columns, cells: columns.map((_, place) => cells[place] ?? '') };
}

const TABLES = Object.values(DEFINITIONS).map(({ file }) => file);

/** What becomes of own tables: refused by findings, or run over every record, both ways. */
function outcome(own: Readonly<Record<string, string>>): TableFinding[] {
  const { tables, findings } = parseTables({ [SETTINGS_FILE]: files[SETTINGS_FILE] ?? '', ...own });
  if (!tables || findings.length > 0) return [...findings];
  const laid = overlayTables(shipped, tables, own);
  const faults = checkRows(laid, ontology);
  checkMappings(laid, ontology);
  if (faults.length > 0) return faults;
  const crosswalk = createCrosswalk(laid, ontology, { plans: false });
  for (const event of EVENTS) {
    const there = crosswalk.toXapi(event);
    if (!there.ok) throw new Error(there.diagnostics.map(({ message }) => message).join('\n'));
    expect(crosswalk.toCaliper(there.record)).toMatchObject({ ok: true, record: event });
  }
  for (const statement of STATEMENTS) {
    const there = crosswalk.toCaliper(statement);
    if (!there.ok) throw new Error(there.diagnostics.map(({ message }) => message).join('\n'));
    expect(crosswalk.toXapi(there.record)).toMatchObject({ ok: true, record: statement });
  }
  return [];
}

/** Every way in which a cell can have a name. */
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => `object.${name}`,
  (name) => `${name}.${name}`,
  (name) => `extensions[${name}]`,
  (name) => `object.extensions[${name}]`,
  (name) => `context.ext[${name}]`,
  (name) => `result.ext[${name}]`,
  (name) => `parent[${name}]`,
  (name) => `definition.extensions[${name}]`,
  (name) => `${name}(${name})`,
  (name) => `const(${name})`,
  (name) => `implied(${name} Score)`,
  (name) => `alias(extensions[${name}])`,
  (name) => `object ${name} 1`,
  (name) => `object is ${name}`,
  (name) => `object is a ${name}`,
  (name) => `object in (${name}, x)`,
  (name) => `extensions[${name}] = "${name}"`,
  (name) => `has extensions[${name}]`,
  (name) => `${name}`,
  (name) => `{${name}}`,
  (name) => `https://x.example/{${name}}/{name}`,
  (name) => `otherIdentifiers[${name}]`,
  (name) => `${name}:${name}`,
  (name) => `action:${name}`,
  (name) => `caliper:${name}`,
  (name) => `https://x.example/${name}`,
];

const edits = fc.record({
  file: fc.constantFrom(...TABLES),
  column: fc.nat(30),
  name: fc.constantFrom(...INHERITED_NAMES),
  spelling: fc.constantFrom(...SPELLINGS),
});

/** A table of one row that is right but for one cell. */
function edited(file: string, column: number | string, text: string) {
  const { head, columns, cells } = tableOf(file);
  const place = typeof column === 'string' ? columns.indexOf(column) : column % columns.length;
  const row = cells.with(place, text).join('\t');
  return { [file]: `${[...head, row].join('\n')}\n` };
}

describe('a name that objects inherit, in a table', () => {
  let polluted: () => string[];
  beforeEach(() => {
    polluted = watchPrototypes();
  });
  afterEach(() => expect(polluted()).toEqual([]));

  it('is plain text or refused with its place, in any cell of any table, and pollutes nothing', () => {
    const ends = { refused: 0, taken: 0 };
    fc.assert(
      fc.property(edits, ({ file, column, name, spelling }) => {
        const own = edited(file, column, spelling(name));
        const findings = outcome(own);
        if (findings.length > 0) expect(findings.map((found) => found.file)).toContain(file);
        ends[findings.length > 0 ? 'refused' : 'taken'] += 1;
        expect(polluted()).toEqual([]);
      }),
      { numRuns: 250 },
    );
    expect(Math.min(ends.refused, ends.taken)).toBeGreaterThan(20);
  }, 120_000);

  const field = (column: string, text: string) => {
    const { head } = tableOf('structure.tsv');
    const cells = {
      row: 'F-X:x',
      event: '',
      caliper_path: 'extensions[x]',
      xapi_path: 'context.ext[https://x.example/x]',
      transform: 'copy',
      when: '',
      direction: '',
      comment: '',
      [column]: text,
    };
    return outcome({ 'structure.tsv': `${[...head, Object.values(cells).join('\t')].join('\n')}\n` });
  };

  const refused: readonly (readonly [string, (name: string) => string, string])[] = [
    ['event', (name) => name, 'term-unknown'],
    ['transform', (name) => name, 'transform'],
    ['transform', (name) => `${name}(x)`, 'transform'],
    ['transform', (name) => `implied(score ${name})`, 'term-unknown'],
    ['when', (name) => `object ${name} 1`, 'condition'],
    ['when', (name) => `object is a ${name}`, 'condition'],
    ['direction', (name) => name, 'cell-value'],
  ];
  const cases = refused.flatMap(([column, spelling, code]) =>
    INHERITED_NAMES.map((name) => [column, spelling(name), code] as const),
  );

  it.each(cases)('is none of those that %s has: «%s»', (column, text, code) => {
    expect(field(column, text)).toMatchObject([{ file: 'structure.tsv', line: 2, column, code }]);
  });

  it.each(INHERITED_NAMES)('is a member like any other where a path has it in brackets: %s', (name) => {
    expect(field('caliper_path', `extensions[${name}]`)).toEqual([]);
    expect(field('xapi_path', `context.ext[${name}]`)).toEqual([]);
    expect(field('when', `extensions[${name}] = "a"`)).toEqual([]);
  });

  it.each(['constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'])(
    'is a member like any other where a path has it as a step: %s',
    (name) => {
      expect(field('caliper_path', name)).toEqual([]);
      expect(field('xapi_path', name)).toEqual([]);
      expect(field('xapi_path', `context.${name}`)).toEqual([]);
    },
  );

  it('carries the value that a record has under it to another place, and back', () => {
    const { head } = tableOf('structure.tsv');
    for (const name of INHERITED_NAMES) {
      const row = ['F-X:x', '', `extensions[${name}]`, 'context.ext[https://x.example/x]', 'copy'].join('\t');
      const own = { 'structure.tsv': `${[...head, row].join('\n')}\n` };
      const { tables } = parseTables({ [SETTINGS_FILE]: files[SETTINGS_FILE] ?? '', ...own });
      if (!tables) throw new Error('the tables cannot be read');
      const crosswalk = createCrosswalk(overlayTables(shipped, tables, own), ontology);
      const event = anEvent({ extensions: JSON.parse(`{"${name}": {"kept": true}}`) as JsonObject });
      const there = crosswalk.toXapi(event);
      expect(there).toMatchObject({
        ok: true,
        record: { context: { extensions: { 'https://x.example/x': { kept: true } } } },
      });
      // once without a name in the statement, and once as it was: JSON tells own members from inherited ones
      const back = there.ok ? crosswalk.toCaliper(there.record) : undefined;
      expect(JSON.stringify(back?.ok ? back.record : undefined)).toContain(`"${name}":{"kept":true}`);
    }
  });
});

describe('a name that objects inherit, in what stands around a table', () => {
  let place: Folder;
  let polluted: () => string[];
  beforeEach(() => {
    place = folder();
    polluted = watchPrototypes();
  });
  afterEach(() => {
    place.remove();
    expect(polluted()).toEqual([]);
  });

  const verbs = tableOf('verbs.sssom.tsv');
  const metadata = verbs.head.slice(0, -1);
  const withMetadata = (lines: readonly string[], columns = verbs.columns, cells = verbs.cells) =>
    `${[...lines, columns.join('\t'), cells.join('\t')].join('\n')}\n`;
  const check = () => commandLine(['check', place.path]);

  it.each(INHERITED_NAMES)('is refused as a prefix that is not declared: %s', async (name) => {
    place.file('verbs.sssom.tsv', withMetadata(metadata, verbs.columns, verbs.cells.with(0, `${name}:x`)));
    const { status, output } = await check();
    expect(status).toBe(1);
    expect(output).toMatch(new RegExp(`verbs\\.sssom\\.tsv:\\d+:subject_id prefix-undeclared .*${name}`));
  });

  it.each(INHERITED_NAMES)('is a prefix or refused where it is declared: %s', async (name) => {
    const declared = metadata.map((line) =>
      line === '#curie_map:' ? `${line}\n#  ${name}: https://x.example/` : line,
    );
    place.file('verbs.sssom.tsv', withMetadata(declared, verbs.columns, verbs.cells.with(0, `${name}:x`)));
    const { output, errors } = await check();
    const told = output.split('\n').filter((line) => line.includes('prefix-undeclared'));
    expect(told.length).toBe(name === '__proto__' ? 1 : 0);
    expect(errors).toMatch(/findings$/m);
  });

  it.each(INHERITED_NAMES)(
    'is a declared column like any other, also in RDF and in the canonical form: %s',
    async (name) => {
      const declared = metadata.map((line) =>
        line === '#extension_definitions:' ? `${line}\n#  - slot_name: ${name}` : line,
      );
      place.file(
        'verbs.sssom.tsv',
        withMetadata(declared, [...verbs.columns, name], [...verbs.cells, 'a cell']),
      );
      expect((await check()).output).not.toContain('column-unknown');
      const exported = await commandLine(['export', '--format', 'sssom', '--mappings', place.path]);
      expect(exported.status).toBe(0);
      expect(exported.output).toContain('a cell');
      expect(exported.output).not.toContain('native code');
      const formatted = await commandLine(['fmt', place.path]);
      expect(formatted.errors).not.toContain('Error');
    },
  );

  it.each(PROTOTYPE_NAMES)(
    'is refused as a setting, a column and a table that there are not: %s',
    async (name) => {
      place.file('tables.yaml', `${files['tables.yaml'] ?? ''}${name}: {polluted: true}\n`);
      place.file('aliases.tsv', `read\tmeans\tkind\tmatch\tcomment\t${name}\n`);
      place.file(`${name}.tsv`, 'a\n');
      const { status, output } = await check();
      expect(status).toBe(1);
      expect(output).toMatch(new RegExp(`tables\\.yaml:\\d+:\\S+ metadata .*"${name}"`));
      expect(output).toContain(`column-unknown «${name}» is no column`);
      expect(output).toMatch(new RegExp(`${name}\\.tsv:1:1 table-unknown`));
      expect(({} as { polluted?: true }).polluted).toBeUndefined();
    },
  );

  it.each(PROTOTYPE_NAMES)(
    'is plain text as the name of a row, a term and what a term means: %s',
    async (name) => {
      place.file('aliases.tsv', `read\tmeans\tkind\tmatch\tcomment\n${name}\tWebPage\tentity\texact\t\n`);
      place.file(
        'identity.tsv',
        `row\tcaliper_iri\tifi\thome_page\tname\twhen\tcomment\n${name}\thttps://x.example/{${name}}\taccount\thttps://x.example\t{${name}}\tPerson\t\n`,
      );
      const explain = async (type: string) => {
        const event = anEvent({
          actor: { id: 'https://x.example/ada', type: 'Person' },
          object: { id: 'https://x.example/page', type },
        });
        const file = place.file('event.json', event);
        const words = ['explain', '--json', '--mappings', place.path, file];
        const { status, output, errors } = await commandLine(words);
        expect({ status, errors }).toEqual({ status: 0, errors: '' });
        return JSON.parse(output) as {
          record: { actor: JsonObject; object: { definition: JsonObject } };
          trace: { row: string }[];
        };
      };
      const [{ record, trace }, page] = [await explain(name), await explain('WebPage')];
      expect(record.actor.account).toEqual({ homePage: 'https://x.example', name: 'ada' });
      expect(trace.map(({ row }) => row)).toContain(name);
      expect(record.object.definition.type).toBe(page.record.object.definition.type);
      expect(page.record.object.definition.type).toMatch(/^http/);
    },
  );
});
