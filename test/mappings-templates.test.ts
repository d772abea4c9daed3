import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileIdentity, identityFaults } from '../src/mappings/identity.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { template, unparted } from '../src/mappings/template.ts';
import { ontology } from '../src/ontology/index.ts';
import { templates, templateTexts } from './arbitraries/templates.ts';
import { crosswalk as commandLine, folder, type Folder } from './support/command-line.ts';
import { anEvent } from './support/records.ts';

/** Every reading of a text by a template, found by trying all ways to part it. */
function readings(text: string, whole: string): string[][] {
  const parts = text.split(/\{(\w+)\}/);
  const alone = parts.map((part, place) => (place % 2 === 1 ? template(`{${part}}`) : undefined));
  const from = (place: number, rest: string): string[][] => {
    const part = parts[place];
    if (part === undefined) return rest === '' ? [[]] : [];
    const variable = alone[place];
    if (!variable) return rest.startsWith(part) ? from(place + 1, rest.slice(part.length)) : [];
    return Array.from({ length: rest.length }, (_, at) => at + 1)
      .filter((end) => variable.match(rest.slice(0, end)) !== undefined)
      .flatMap((end) => from(place + 1, rest.slice(end)).map((others) => [rest.slice(0, end), ...others]));
  };
  return from(0, whole);
}

const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** The text that a template gives with texts for its variables, in their order. */
const filled = (text: string, values: readonly string[]) => {
  let at = 0;
  return text.replace(/\{\w+\}/g, () => values[at++ % values.length] ?? '');
};

describe('a template of the identity table', () => {
  it('has one reading of a text at most, and finds it', () => {
    let read = 0;
    fc.assert(
      fc.property(
        templates.filter((text) => unparted(text) === undefined),
        fc.array(templateTexts, { minLength: 4, maxLength: 4 }),
        templateTexts,
        (text, values, other) => {
          for (const whole of [filled(text, values), other]) {
            const found = readings(text, whole);
            expect(found.length).toBeLessThanOrEqual(1);
            const names = namesIn(text);
            const [values = []] = found;
            const expected = Object.fromEntries(names.map((name, at) => [name, values[at]]));
            expect(template(text).match(whole)).toEqual(found.length === 1 ? expected : undefined);
            read += found.length;
          }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  /** What may not be, with a text that shows why. */
  const REFUSED: readonly (readonly [string, string, readonly [string, string]])[] = [
    ['{a}{b}', 'xyz', ['a', 'b']],
    ['{a}/{b}', 'x/y/z', ['a', 'b']],
    ['{a}-{b}-{c}', 'x-y-z-w', ['a', 'b']],
    ['https://x.example/{course}/{user}', 'https://x.example/1/2/3', ['course', 'user']],
    ['{homePage}/{homePage}', 'https://a/https://b/https://c', ['homePage', 'homePage']],
    ['{homePage}/{iri}', 'https://a/b/c', ['homePage', 'iri']],
    ['{name}-{name}', 'x-y-z', ['name', 'name']],
    ['{type}a{name}', 'xayaz', ['type', 'name']],
    ['{origin}{type}', 'https://abc', ['origin', 'type']],
    ['{name}/{course}/{name}/{iri}', 'a/b/c/d/e', ['course', 'iri']],
  ];

  it.each(REFUSED)('is refused where it could be read in several ways: %s', (text, whole, variables) => {
    expect(unparted(text)).toEqual(variables);
    expect(readings(text, whole).length).toBeGreaterThan(1);
    expect(() => template(text)).toThrow(RangeError);
  });

  it.each([
    [
      '{homePage}/users/{name}',
      'https://a.example/users/b/users/ada',
      { homePage: 'https://a.example/users/b', name: 'ada' },
    ],
    ['https://x.example/{course}/{name}', 'https://x.example/a/b/ada', { course: 'a/b', name: 'ada' }],
    [
      '{origin}/{iri}?{name}',
      'https://a.example/b/c?ada',
      { origin: 'https://a.example', iri: 'b/c', name: 'ada' },
    ],
    ['{type}1{name}', 'Person1ada1', { type: 'Person', name: 'ada1' }],
    ['{name}/{name}/{iri}', 'a/b/c/d', { name: 'b', iri: 'c/d' }],
  ])('is taken where each variable is parted from the next: %s', (text, whole, values) => {
    expect(template(text).match(whole)).toEqual(values);
  });

  it.each(['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty'])(
    'has {%s} as a variable like any other',
    (name) => {
      const made = template(`urn:x:{${name}}`);
      const values = made.match('urn:x:y z');
      expect(Object.entries(values ?? {})).toEqual([[name, 'y z']]);
      expect(made.expand(values ?? {})).toBe('urn:x:y z');
      expect(made.expand({})).toBe('urn:x:');
      expect(made.match('urn:x:')).toBeUndefined();
    },
  );
});

describe('a table with a template that could be read in several ways', () => {
  let files: Folder;
  const HEAD = 'row\tcaliper_iri\tifi\thome_page\tname\twhen\tcomment\n';
  const row = (cells: string) => `${cells.replaceAll('|', '\t')}\n`;
  const BROKEN = row(
    'ID:ours|https://x.example/{course}/{user}|account|https://x.example|{course}-{user}|Person|Ours.',
  );

  beforeAll(() => {
    files = folder();
    files.file(
      'identity.tsv',
      HEAD +
        row('ID:fine|https://y.example/{course}/{name}|account|https://y.example|{name}|Person|Fine.') +
        BROKEN,
    );
  });
  afterAll(() => files.remove());

  it('is told by the check, with file, line, column and mend', async () => {
    const { status, output, errors } = await commandLine(['check', files.path]);
    expect(status).toBe(1);
    const told = `${output}${errors}`.split('\n').filter((line) => line.includes(' template '));
    const place = (column: string) => `${join(files.path, 'identity.tsv')}:3:${column} template `;
    expect(told.map((line) => line.split('«')[0])).toEqual([place('caliper_iri'), place('name')]);
    for (const line of told)
      expect(line).toMatch(
        /several ways: nothing tells where \{course\} ends and \{user\} begins; put a text/,
      );
  });

  it('converts nothing, by the command line or as a library', async () => {
    const input = JSON.stringify(anEvent());
    const ran = await commandLine(['convert', '--to', 'xapi', '--mappings', files.path], { input });
    expect(ran).toMatchObject({ status: 2, output: '' });
    expect(ran.errors).toContain('identity.tsv:3: caliper_iri');
    const shipped = shippedTables();
    const [first] = shipped.identities;
    if (!first) throw new Error('no row');
    const identities = [{ ...first, caliperIri: '{a}{b}' }];
    expect(() => createCrosswalk({ ...shipped, identities }, ontology)).toThrow(
      /identity\.tsv:2: caliper_iri/,
    );
    expect(() => compileIdentity(identities)).toThrow(RangeError);
  });

  it('is no table whose row prefers identifiers of other systems: by those nothing is read', () => {
    const [first] = shippedTables().identities;
    if (!first) throw new Error('no row');
    const other = {
      ...first,
      caliperIri: 'otherIdentifiers[EmailAddress]',
      homePage: '{source}{identifier}',
    };
    expect(identityFaults(other)).toEqual([]);
    expect(identityFaults({ ...first, homePage: '{source}{identifier}' })).toHaveLength(1);
  });
});
