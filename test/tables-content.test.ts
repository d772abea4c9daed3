import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTableFiles, tablesModule } from '../scripts/generate-tables.ts';
import {
  checkTables,
  findingText,
  formatTable,
  parseTables,
  shippedTables,
  tablesDigest,
  type RawTable,
  type Relation,
  type VocabularyRow,
} from '../src/mappings/tables/index.ts';
import { ontology } from '../src/ontology/index.ts';

const REFERENCE = fileURLToPath(new URL('../../shared/reference/', import.meta.url));
const reference = existsSync(REFERENCE);
if (!reference)
  console.warn('Skipped: the published profiles and the SSSOM schema are not beside the project.');

const tables = shippedTables();
const distinct = <Row>(rows: readonly Row[], key: (row: Row) => string) => new Set(rows.map(key)).size;
const retired = (row: { readonly until: string }) => row.until !== '';

describe('the shipped tables', () => {
  it('are what the files say: the compiled module and the files agree', async () => {
    const { tables: read, findings } = parseTables(await readTableFiles());
    expect(findings.map(findingText)).toEqual([]);
    expect(tables).toEqual(read);
    expect(await tablesModule.content()).toBe(
      readFileSync(new URL(`../${tablesModule.file}`, import.meta.url), 'utf8'),
    );
  });

  it('pass every check', () => {
    expect(checkTables(tables, ontology).map(findingText)).toEqual([]);
  });

  it('stand in their canonical form', async () => {
    const files = await readTableFiles();
    expect(tables.raw.filter((raw) => formatTable(raw) !== files[raw.file]).map(({ file }) => file)).toEqual(
      [],
    );
  });

  it('have a digest that any cell changes', async () => {
    const files = await readTableFiles();
    expect(tablesDigest(files)).toBe(tables.release.digest);
    const cells = fc
      .constantFrom(...tables.raw)
      .chain((table) =>
        fc.tuple(fc.constant(table), fc.nat(table.rows.length - 1), fc.nat(table.columns.length - 1)),
      );
    fc.assert(
      fc.property(cells, ([table, row, column]) => {
        const rows = table.rows.map(({ line, cells }, at) => ({
          line,
          cells: cells.map((cell, index) => (at === row && index === column ? `${cell}x` : cell)),
        }));
        const changed = { ...files, [table.file]: formatTable({ ...table, rows }) };
        expect(tablesDigest(changed)).not.toBe(tables.release.digest);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the tables of actions and verbs', () => {
  it('have each pair of event type and action: 83 current, 23 retired, 81 of the generic Event', () => {
    const generic = tables.actions.filter(({ event }) => event === 'Event');
    const particular = tables.actions.filter(({ event }) => event !== 'Event');
    expect(tables.actions).toHaveLength(187);
    expect(particular.filter((row) => !retired(row))).toHaveLength(83);
    expect(particular.filter(retired)).toHaveLength(23);
    expect(generic).toHaveLength(81);
    expect(
      distinct(
        generic.filter((row) => !retired(row)),
        ({ action }) => action,
      ),
    ).toBe(80);
  });

  it('read 203 verbs of the general profiles, 423 of the ISD profile, and 26 that are only seen in use', () => {
    const isd = ({ verb }: { readonly verb: string }) => verb.startsWith('https://w3id.org/xapi/dod-isd/');
    const seen = tables.verbs.filter(
      ({ verb }) =>
        verb.includes('/tla/verbs/') ||
        verb.includes('edlm') ||
        verb.includes('openedx') ||
        /verb\/(live|unsecured)$/.test(verb),
    );
    expect(distinct(tables.verbs, ({ verb }) => verb)).toBe(203 + 423 + 26);
    expect(distinct(tables.verbs.filter(isd), ({ verb }) => verb)).toBe(423);
    expect(distinct(seen, ({ verb }) => verb)).toBe(26);
  });

  it('have 322 rows for the general verbs and two of the ISD profile, 460 for the others, 34 for those seen in use', () => {
    expect(tables.verbs).toHaveLength(322 + (421 + 39) + (26 + 5 + 3));
  });

  it('try the rows of a verb in an order, the last without a condition', () => {
    const last = new Map(tables.verbs.map((row) => [row.verb, row]));
    const open = [...last.values()].filter(({ when }) => when !== '').map(({ verb }) => verb);
    // a position that is no number at all is no position to play from
    expect(open).toEqual(['https://w3id.org/xapi/video/verbs/played']);
  });

  it('give a reason wherever there is no counterpart', () => {
    const silent = [...tables.verbs, ...tables.extensions, ...tables.categories].filter(
      ({ relation, comment }) => relation === 'noTerm' && comment === '',
    );
    expect(silent.map(({ row }) => row)).toEqual([]);
  });

  it('use only the stand-in where there is no counterpart', () => {
    const { event, action } = tables.defaults;
    const standIns = tables.verbs.filter(({ relation }) => relation === 'noTerm');
    expect(standIns).toHaveLength(14 + 171 + 2);
    expect(standIns.filter((row) => row.event !== event || row.action !== action)).toEqual([]);
  });

  it('read back what an exactMatch wrote as something with the same action', () => {
    const verbs = new Map(tables.verbs.map((row) => [`${row.verb} ${row.action}`, row]));
    const lost = tables.actions.filter(
      ({ relation, verb, action, until }) =>
        relation === 'exactMatch' && until === '' && !verbs.has(`${verb} ${action}`),
    );
    expect(lost.map(({ row }) => row)).toEqual([]);
  });
});

describe('the tables of types', () => {
  it('have each entity type: 70 current and 5 retired', () => {
    expect(tables.entityTypes.filter((row) => !retired(row))).toHaveLength(70);
    expect(tables.entityTypes.filter(retired)).toHaveLength(5);
  });

  it('read 147 activity types of the profiles, the one of the specification, and 29 that are only seen in use', () => {
    expect(tables.activityTypes).toHaveLength(147 + 1 + 29);
    expect(distinct(tables.activityTypes, ({ activityType }) => activityType)).toBe(177);
  });

  it('say what stands in an agent slot, and what an agent is as an object', () => {
    const form = (type: string) => {
      const row = tables.entityTypes.find((other) => other.type === type);
      return [row?.agent, row?.asObject];
    };
    expect(form('Person')).toEqual(['Agent', 'Agent']);
    expect(form('SoftwareApplication')).toEqual(['Agent', 'Activity']);
    expect(form('CourseSection')).toEqual(['Group', 'Activity']);
    expect(form('Group')).toEqual(['Group', 'Group']);
    expect(form('Page')).toEqual([undefined, 'Activity']);
  });
});

describe('the other vocabulary tables', () => {
  it('have 57 roles, eight of them core roles, and two kinds of status', () => {
    const roles = tables.roles.filter(({ kind }) => kind === 'role');
    expect(roles).toHaveLength(57);
    expect(roles.filter(({ coreRole }) => coreRole === '')).toHaveLength(8);
    expect(tables.roles.filter(({ kind }) => kind === 'status')).toHaveLength(2);
  });

  it('have the 15 Caliper profiles, two echoes of xAPI profiles, and 17 categories', () => {
    expect(tables.profiles.filter(({ echo }) => !echo)).toHaveLength(15);
    expect(tables.profiles.filter(({ echo }) => echo).map(({ category }) => category)).toEqual([
      'https://w3id.org/xapi/video',
      'https://w3id.org/xapi/audio',
    ]);
    expect(tables.categories).toHaveLength(17);
    expect(tables.categories.filter(({ profile }) => profile === undefined)).toHaveLength(9);
  });

  it('place 15 extensions in Caliper and let 114 keep their own key', () => {
    expect(tables.extensions.filter(({ property }) => property !== undefined)).toHaveLength(15);
    expect(tables.extensions.filter(({ property }) => property === undefined)).toHaveLength(114);
  });

  it('have 36 other spellings', () => {
    expect(tables.aliases).toHaveLength(36);
  });

  it('give a confidence to each match, by its relation, and none to a stand-in', () => {
    const expected: Record<Relation, number | undefined> = {
      exactMatch: 1,
      closeMatch: 0.8,
      broadMatch: 0.6,
      narrowMatch: 0.6,
      noTerm: undefined,
    };
    const rows: readonly VocabularyRow[] = [
      ...tables.actions,
      ...tables.verbs,
      ...tables.entityTypes,
      ...tables.extensions,
    ];
    expect(rows.filter(({ relation, confidence }) => confidence !== expected[relation])).toEqual([]);
  });
});

/** Published profiles by IRI, with every IRI that they define or use. */
function publishedProfiles(): Map<string, Set<string>> {
  const folder = `${REFERENCE}xapi/profiles/`;
  const published = new Map<string, Set<string>>();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(folder + name, 'utf8');
    const { id } = JSON.parse(text) as { id: string };
    const terms = published.get(id) ?? new Set();
    for (const [iri] of text.matchAll(/https?:\/\/[^\s"'\\\])]+/g)) terms.add(iri);
    published.set(id, terms);
  }
  return published;
}

describe.skipIf(!reference)('beside the published profiles', () => {
  const concepts = reference ? readConcepts() : [];

  it('every xAPI term stands in the profile that its row cites, or cites another source', () => {
    expect(checkTables(tables, ontology, publishedProfiles()).map(findingText)).toEqual([]);
  });

  it('every verb, activity type and extension of the profiles is mapped or declared', () => {
    const known = new Set([
      ...tables.verbs.map(({ verb }) => verb),
      ...tables.activityTypes.map(({ activityType }) => activityType),
      ...tables.extensions.map(({ extension }) => extension),
    ]);
    const kinds = ['Verb', 'ActivityType', 'ContextExtension', 'ResultExtension', 'ActivityExtension'];
    const missing = concepts.filter(({ id, type }) => kinds.includes(type) && !known.has(id));
    expect(concepts.length).toBeGreaterThan(900);
    expect(missing).toEqual([]);
  });

  it('only 26 verbs, 29 activity types and cmi.interaction are read without being a concept of a profile', () => {
    const known = new Set(concepts.map(({ id }) => id));
    const read = [
      ...tables.verbs.map(({ verb }) => verb),
      ...tables.activityTypes.map(({ activityType }) => activityType),
    ].filter((iri) => !known.has(iri));
    expect(new Set(read).size).toBe(26 + 29 + 1);
  });
});

function readConcepts(): { id: string; type: string }[] {
  const folder = `${REFERENCE}xapi/profiles/`;
  return readdirSync(folder).flatMap((name) => {
    const profile = JSON.parse(readFileSync(folder + name, 'utf8')) as {
      concepts?: { id: string; type: string }[];
    };
    return profile.concepts ?? [];
  });
}

describe.skipIf(!reference)('beside the SSSOM schema', () => {
  const sssom = tables.raw.filter(({ metadata }) => metadata !== undefined);

  it('every vocabulary table is a valid mapping set', () => {
    const { $schema: _dialect, ...schema } = JSON.parse(
      readFileSync(`${REFERENCE}sssom/sssom_schema.schema.json`, 'utf8'),
    ) as { $schema: string; $id: string };
    const ajv = new Ajv({ allErrors: true, unknownFormats: 'ignore' });
    ajv.addSchema(schema);
    const validate = ajv.compile({ $ref: `${schema.$id}#/$defs/MappingSet` });
    expect(sssom).toHaveLength(8);
    for (const table of sssom) {
      expect(validate(mappingSet(table)) ? [] : validate.errors, table.file).toEqual([]);
    }
    expect(validate({ ...mappingSet(sssom[0] as RawTable), license: undefined })).toBe(false);
    expect(validate({ ...mappingSet(sssom[0] as RawTable), mappings: [{ subject_id: 'a:b' }] })).toBe(false);
  });
});

/** A table as the standard's JSON has it: declared slots are no part of a mapping there. */
function mappingSet({ metadata, columns, rows }: RawTable): object {
  const declared = metadata?.extension_definitions.map(({ slot_name }) => slot_name) ?? [];
  const mappings = rows.map(({ cells }) =>
    Object.fromEntries(
      columns.flatMap((name, at) => {
        const cell = cells[at] ?? '';
        if (cell === '' || declared.includes(name)) return [];
        return [[name, name === 'confidence' ? Number(cell) : cell]];
      }),
    ),
  );
  return { ...metadata, mappings };
}
