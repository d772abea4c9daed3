import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Parser } from 'n3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { JsonObject, JsonValue } from '../src/json/index.ts';
import {
  carriedShare,
  countLeaves,
  countTerms,
  NO_LEAVES,
  type TermCounts,
} from '../src/mappings/authoring/index.ts';
import { createCrosswalk, IRI, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { crosswalk, folder, lines, type Folder } from './support/command-line.ts';
import { aStatement, anEvent, uuid } from './support/records.ts';

const SHIPPED = fileURLToPath(new URL('../mappings', import.meta.url));
const VERSION = shippedTables().release.version;
const tables = shippedTables();

let own: Folder;
beforeEach(() => {
  own = folder();
});
afterEach(() => own.remove());

const HEADER = readFileSync(join(SHIPPED, 'verbs.sssom.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('#') || line.startsWith('subject_id'))
  .join('\n')
  .replace('#curie_map:', '#curie_map:\n#  ex: https://vendor.example/verbs/');

const verbRow = (verb: string, action: string) =>
  `${verb}\t${action}\tskos:closeMatch\taction:${action}\t${action}\tsemapv:ManualMappingCuration\t0.8\tEvent\t\thttps://vendor.example/\t`;

const vendorStatement = aStatement({ verb: { id: 'https://vendor.example/verbs/mused' } });

describe('own tables', () => {
  it('lie over the shipped ones: a term of theirs has only their rows, all others stay', async () => {
    own.file(
      'verbs.sssom.tsv',
      `${HEADER}\n${verbRow('adl:verbs/completed', 'Reviewed')}\n${verbRow('ex:mused', 'Highlighted')}\n`,
    );
    const input = [
      vendorStatement,
      aStatement(),
      aStatement({ verb: { id: 'http://adlnet.gov/expapi/verbs/shared' } }),
    ]
      .map((record) => JSON.stringify(record))
      .join('\n');
    const { status, output } = await crosswalk(['convert', '--to', 'caliper', '--mappings', own.path], {
      input,
    });
    expect(status).toBe(0);
    expect(lines<JsonObject>(output).map(({ action }) => action)).toEqual([
      'Highlighted',
      'Reviewed',
      'Shared',
    ]);
    expect((await crosswalk(['check', own.path])).output).toBe('');
  });

  it('replace a structure row of the same name in its place, and put new ones in front', async () => {
    const [head = ''] = readFileSync(join(SHIPPED, 'structure.tsv'), 'utf8').split('\n');
    own.file(
      'structure.tsv',
      [
        head,
        'F-SearchEvent:terms\tSearchEvent\tgenerated.query.searchTerms\tcontext.ext[http://id.tincanapi.com/extension/tags]\tcopy\tgenerated is SearchResponse\t\tTags.',
        'F-OWN:version\tNavigationEvent\tobject.version\tcontext.platform\tcopy\t\tc2x\tIn front of F:version.',
        '',
      ].join('\n'),
    );
    const search = anEvent({
      type: 'SearchEvent',
      action: 'Searched',
      object: { id: 'https://lms.example.edu/catalog', type: 'SoftwareApplication' },
      generated: {
        id: 'urn:uuid:1',
        type: 'SearchResponse',
        query: { id: 'urn:uuid:2', type: 'Query', searchTerms: 'ada' },
      },
    });
    const page = anEvent({ object: { id: 'https://lms.example.edu/p', type: 'WebPage', version: '7' } });
    const input = [search, page].map((record) => JSON.stringify(record)).join('\n');
    const { output } = await crosswalk(['convert', '--to', 'xapi', '--mappings', own.path], { input });
    const [searched, viewed] = lines<{ result?: JsonObject; context: JsonObject }>(output);
    expect(searched?.result).not.toHaveProperty('response');
    expect(searched?.context['extensions']).toMatchObject({
      'http://id.tincanapi.com/extension/tags': 'ada',
    });
    expect(viewed?.context).toMatchObject({ platform: '7' });
    expect(viewed?.context).not.toHaveProperty('revision');
  });

  it('have another digest than the shipped ones, and return what they converted', async () => {
    own.file('verbs.sssom.tsv', `${HEADER}\n${verbRow('ex:mused', 'Highlighted')}\n`);
    const there = await crosswalk(['convert', '--to', 'caliper', '--mappings', own.path], {
      input: JSON.stringify(vendorStatement),
    });
    const back = await crosswalk(['convert', '--to', 'xapi', '--mappings', own.path], {
      input: there.output,
    });
    expect(JSON.parse(back.output)).toEqual(vendorStatement);
    const extensions = lines<{ extensions: Record<string, JsonObject> }>(there.output)[0]?.extensions;
    expect(extensions?.[IRI.residual]?.['map']).not.toContain(tables.release.digest.slice(0, 12));
  });

  it('that cannot run are refused with the place of the fault, and no stack trace', async () => {
    const broken = verbRow('ex:mused', 'Highlighted').replace('\tEvent\t\t', '\tEvent\tobject are Page\t');
    own.file('verbs.sssom.tsv', `${HEADER}\n${broken}\n`);
    const { status, errors } = await crosswalk(['convert', '--to', 'caliper', '--mappings', own.path], {
      input: '{}',
    });
    expect(status).toBe(2);
    expect(errors).toMatch(/verbs\.sssom\.tsv:\d+: when: .*\[condition\]/);
    const checked = await crosswalk(['check', own.path]);
    expect(checked.status).toBe(1);
    expect(checked.output).toMatch(/verbs\.sssom\.tsv:\d+:when condition .*; write tests/);
  });
});

describe('crosswalk coverage', () => {
  it('prints each event type below its profile, with how close its actions are', async () => {
    const { status, output } = await crosswalk(['coverage']);
    expect(status).toBe(0);
    expect(output).toMatch(/^MediaProfile$/m);
    expect(output).toMatch(/^ {2}SearchEvent +1 +1 +0/m);
  });

  it('gives every action of every event type as JSON, none of them unmapped', async () => {
    const { output } = await crosswalk(['coverage', '--json']);
    const { events } = JSON.parse(output) as { events: { event: string; actions: JsonObject[] }[] };
    const actions = events.flatMap((event) => event.actions);
    const pairs = ontology
      .terms('class')
      .filter((term) => ontology.isEventType(term))
      .flatMap((event) => ontology.actions(event));
    expect(actions).toHaveLength(pairs.length);
    expect(actions.filter(({ relation }) => relation === 'unmapped')).toEqual([]);
    expect(actions.find(({ row }) => row === 'T-ACT:MediaEvent/Paused')).toMatchObject({
      relation: 'exactMatch',
      hint: false,
    });
    expect(actions.find(({ row }) => row === 'T-ACT:MediaEvent/ChangedSize')).toMatchObject({ hint: true });
  });

  it('says that a term is unmapped when its rows are gone, and fails', async () => {
    cpSync(SHIPPED, own.path, { recursive: true });
    const file = join(own.path, 'actions.sssom.tsv');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^action:Searched\t.*\n/gm, ''));
    const { status, output } = await crosswalk(['coverage', '--json', '--mappings', own.path]);
    expect(status).toBe(1);
    expect(output).toContain('"unmapped"');
    expect((await crosswalk(['check', own.path])).output).toContain(
      'term-unmapped no row for SearchEvent with Searched',
    );
  });

  it('counts over real records what fell back, had no counterpart or was refused, and what was carried', async () => {
    const records = [
      vendorStatement,
      aStatement({ ...vendorStatement, id: uuid(901) }),
      anEvent(),
      anEvent({ eventTime: 'x' }),
    ];
    const file = own.file('traffic.ndjson', records.map((record) => JSON.stringify(record)).join('\n'));
    const { output } = await crosswalk(['coverage', '--records', file, '--json']);
    const counted = JSON.parse(output) as {
      terms: Record<string, Record<string, number>>;
      leaves: { carried: number };
    };
    expect(counted).toMatchObject({
      records: 4,
      refused: 1,
      terms: { fallback: { 'https://vendor.example/verbs/mused': 2 } },
    });
    expect(counted.leaves.carried).toBeGreaterThan(0.8);
    expect((await crosswalk(['coverage', '--records', file])).output).toMatch(
      /2 {2}https:\/\/vendor\.example\/verbs\/mused/,
    );
  });
});

describe('counters', () => {
  it('add up notes by code and term, and leave the former sum as it was', () => {
    const note = (term?: string) =>
      ({ code: 'fallback', path: '', message: '', ...(term && { term }) }) as const;
    const none: TermCounts = new Map();
    const one = countTerms(none, [note('a'), note('b'), note()]);
    const two = countTerms(one, [note('a')]);
    expect(none.size).toBe(0);
    expect(Object.fromEntries(one.get('fallback') ?? [])).toEqual({ a: 1, b: 1, '': 1 });
    expect(Object.fromEntries(two.get('fallback') ?? [])).toEqual({ a: 2, b: 1, '': 1 });
  });

  it('tell leaves that the residual keeps from those that the other language carries', () => {
    const event = anEvent({ id: 'no uuid' });
    const conversion = createCrosswalk(tables, ontology).toXapi(event);
    if (!conversion.ok) throw new Error('refused');
    const counts = countLeaves(NO_LEAVES, event, conversion.record);
    expect(counts).toMatchObject({ source: 11, residual: 1 });
    expect(carriedShare(counts)).toBeCloseTo(10 / 11);
    expect(carriedShare(NO_LEAVES)).toBe(1);
  });
});

describe('crosswalk fmt', () => {
  beforeEach(() => cpSync(SHIPPED, own.path, { recursive: true }));
  const text = (name: string) => readFileSync(join(own.path, name), 'utf8');

  it('names tables out of their form, puts them into it, and then finds nothing more', async () => {
    const canonical = text('types.sssom.tsv');
    const rows = canonical.trimEnd().split('\n');
    const last = rows.pop() ?? '';
    const at = rows.findIndex((line) => line.startsWith('subject_id'));
    writeFileSync(join(own.path, 'types.sssom.tsv'), `${rows.toSpliced(at + 1, 0, last).join('\r\n')}\r\n`);
    const checked = await crosswalk(['fmt', own.path, '--check']);
    expect(checked).toMatchObject({ status: 1, output: `${join(own.path, 'types.sssom.tsv')}\n` });
    expect(text('types.sssom.tsv')).not.toBe(canonical);
    expect((await crosswalk(['fmt', own.path])).status).toBe(0);
    expect(text('types.sssom.tsv')).toBe(canonical);
    expect(await crosswalk(['fmt', own.path, '--check'])).toMatchObject({ status: 0, output: '' });
  });

  it('keeps the order of rows where it counts', async () => {
    const rows = text('structure.tsv').replace(/\n$/, '').split('\n');
    const moved = `${[rows[0], rows[2], rows[1], ...rows.slice(3)].join('\n')}\n`;
    writeFileSync(join(own.path, 'structure.tsv'), moved);
    await crosswalk(['fmt', own.path]);
    expect(text('structure.tsv')).toBe(moved);
  });

  it('leaves a table alone that it cannot read whole', async () => {
    writeFileSync(join(own.path, 'aliases.tsv'), 'read\tmeans\nx\ty\tz\n');
    const { status, errors } = await crosswalk(['fmt', own.path]);
    expect(status).toBe(1);
    expect(errors).toContain('aliases.tsv:');
    expect(text('aliases.tsv')).toBe('read\tmeans\nx\ty\tz\n');
  });
});

describe('crosswalk diff', () => {
  beforeEach(() => cpSync(SHIPPED, own.path, { recursive: true }));
  const edit = (name: string, change: (text: string) => string) =>
    writeFileSync(join(own.path, name), change(readFileSync(join(own.path, name), 'utf8')));

  it('says of the same tables that nothing changed', async () => {
    expect(await crosswalk(['diff', SHIPPED, own.path])).toMatchObject({
      status: 0,
      output: `no row changed (${VERSION}, ${VERSION})\n`,
    });
  });

  it.each([
    [
      'a row that is gone',
      (text: string) => text.replace(/^F-MessageEvent:body.*\n/m, ''),
      'removed',
      'major',
    ],
    [
      'a row for fewer records',
      (text: string) =>
        text.replace('object.body\tresult.response\tcopy\tobject is Message', '$&, has session'),
      'changed',
      'major',
    ],
    [
      'a row for more records',
      (text: string) =>
        text.replace(
          'object.body\tresult.response\tcopy\tobject is Message',
          'object.body\tresult.response\tcopy\t',
        ),
      'changed',
      'minor',
    ],
    [
      'another place',
      (text: string) => text.replace('object.body\tresult.response', 'object.body\tcontext.platform'),
      'changed',
      'major',
    ],
    [
      'another comment',
      (text: string) => text.replace(/^(F-MessageEvent:body.*)$/m, '$1Because.'),
      'changed',
      'patch',
    ],
  ] as const)('judges %s', async (_name, change, kind, level) => {
    edit('structure.tsv', change);
    const { output, status } = await crosswalk(['diff', SHIPPED, own.path, '--json']);
    const { changes, level: overall } = JSON.parse(output) as { changes: JsonObject[]; level: string };
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ row: 'F-MessageEvent:body', kind, level });
    expect(overall).toBe(level);
    expect(status).toBe(1);
  });

  it('is content when the version says what changed', async () => {
    edit('structure.tsv', (text) => text.replace(/^F-MessageEvent:body.*\n/m, ''));
    edit('tables.yaml', (text) => text.replace(`version: ${VERSION}`, 'version: 2.0.0'));
    const { status, output } = await crosswalk(['diff', SHIPPED, own.path]);
    expect(status).toBe(0);
    expect(output).toContain('breaking  removed  structure.tsv  F-MessageEvent:body');
  });

  it('sees a row that overtakes another', async () => {
    edit('structure.tsv', (text) => {
      const [head = '', first = '', second = '', ...rest] = text.split('\n');
      return [head, second, first, ...rest].join('\n');
    });
    const { output } = await crosswalk(['diff', SHIPPED, own.path, '--json']);
    expect((JSON.parse(output) as { changes: JsonObject[] }).changes).toMatchObject([
      { kind: 'moved', level: 'major' },
    ]);
  });

  it('counts by path what comes out otherwise for real records', async () => {
    edit('verbs.sssom.tsv', (text) => text.replaceAll(/^adl:verbs\/completed\t.*\n/gm, ''));
    const file = own.file(
      'records.ndjson',
      [aStatement(), anEvent()].map((record) => JSON.stringify(record)).join('\n'),
    );
    const { output } = await crosswalk(['diff', SHIPPED, own.path, '--records', file, '--json']);
    const { records } = JSON.parse(output) as {
      records: { records: number; changed: number; paths: { path: string }[] };
    };
    expect(records).toMatchObject({ records: 2, changed: 1 });
    expect(records.paths.map(({ path }) => path)).toContain('/action');
  });
});

const iri = z.string().regex(/^[a-z][a-z0-9+.-]*:\S+$/i);
const words = z.record(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/), z.string().min(1));

describe('crosswalk check of a folder with examples', () => {
  it('fails for a row that none of them exercises, with its place', async () => {
    const own = folder();
    cpSync(SHIPPED, own.path, { recursive: true });
    rmSync(join(own.path, 'examples', 'tagged.json'));
    const { status, output } = await crosswalk(['check', own.path]);
    const line =
      readFileSync(join(SHIPPED, 'structure.tsv'), 'utf8')
        .split('\n')
        .findIndex((text) => text.startsWith('F-AnnotationEvent:tags')) + 1;
    expect({ status, output }).toEqual({
      status: 1,
      output: `${join(own.path, 'structure.tsv')}:${line}:row row-unused no example exercises F-AnnotationEvent:tags; add an example of what it is for\n`,
    });
    own.remove();
  });
});

/** The structure rules of xAPI Profiles 1.0, sections 6 to 8, for what a profile of concepts and templates holds. */
const concept = z
  .object({
    id: iri,
    type: z.enum([
      'Verb',
      'ActivityType',
      'AttachmentUsageType',
      'ContextExtension',
      'ResultExtension',
      'ActivityExtension',
      'StateResource',
      'AgentProfileResource',
      'ActivityProfileResource',
      'Activity',
    ]),
    inScheme: iri,
    recommendedVerbs: z.array(iri).optional(),
    recommendedActivityTypes: z.array(iri).optional(),
    schema: iri.optional(),
    inlineSchema: z.unknown().optional(),
  })
  .refine(
    ({ type, recommendedVerbs }) =>
      recommendedVerbs === undefined || /^(Context|Result)Extension$/.test(type),
  )
  .refine(
    ({ type, recommendedActivityTypes }) =>
      recommendedActivityTypes === undefined || type === 'ActivityExtension',
  )
  .refine(({ schema, inlineSchema }) => schema === undefined || inlineSchema === undefined);
const rule = z
  .strictObject({
    location: z.string().startsWith('$'),
    selector: z.string().optional(),
    presence: z.enum(['included', 'excluded', 'recommended']).optional(),
    any: z.array(z.unknown()).min(1).optional(),
    all: z.array(z.unknown()).min(1).optional(),
    none: z.array(z.unknown()).min(1).optional(),
    scopeNote: words.optional(),
  })
  .refine(({ presence, any, all, none }) => [presence, any, all, none].some((part) => part !== undefined));
const template = z.object({
  id: iri,
  type: z.literal('StatementTemplate'),
  inScheme: iri,
  prefLabel: words,
  definition: words,
  verb: iri.optional(),
  rules: z.array(rule).optional(),
});
const PROFILE = z
  .object({
    '@context': z.literal('https://w3id.org/xapi/profiles/context'),
    id: iri,
    type: z.literal('Profile'),
    conformsTo: z.literal('https://w3id.org/xapi/profiles#1.0'),
    prefLabel: words,
    definition: words,
    author: z.object({ type: z.enum(['Organization', 'Person']), name: z.string() }),
    versions: z.array(z.object({ id: iri, generatedAtTime: z.iso.datetime({ offset: true }) })).min(1),
    concepts: z.array(concept).optional(),
    templates: z.array(template).optional(),
  })
  .superRefine(({ id, versions, concepts = [], templates = [] }, context) => {
    const schemes = new Set(versions.map((version) => version.id));
    if (schemes.has(id)) context.addIssue('a version has the id of the profile');
    const all = [...concepts, ...templates];
    if (new Set(all.map((one) => one.id)).size !== all.length) context.addIssue('two objects have one id');
    for (const one of all) if (!schemes.has(one.inScheme)) context.addIssue(`${one.id} is in no version`);
  });

const PROFILES = fileURLToPath(new URL('../../shared/reference/xapi/profiles/', import.meta.url));

describe('crosswalk export', () => {
  const exported = async (...options: string[]) => (await crosswalk(['export', ...options])).output;

  it('gives an xAPI Profile that keeps the rules of the Profiles specification', async () => {
    const profile = JSON.parse(await exported('--format', 'xapi-profile')) as JsonObject;
    const judged = PROFILE.safeParse(profile);
    expect(judged.success ? [] : judged.error.issues).toEqual([]);
    expect(profile['versions']).toMatchObject([{ generatedAtTime: '2025-09-01T09:00:00.000Z' }]);
    for (const key of ['concepts', 'templates'] as const) {
      const list = profile[key] as JsonObject[];
      const broken = { ...profile, [key]: [...list, list[0] as JsonObject] };
      expect(PROFILE.safeParse(broken).success).toBe(false);
    }
  });

  it.skipIf(!existsSync(PROFILES))('is judged by rules that published profiles keep, too', () => {
    const kept = readdirSync(PROFILES).filter(
      (name) => PROFILE.safeParse(JSON.parse(readFileSync(PROFILES + name, 'utf8'))).success,
    );
    expect(kept.length).toBeGreaterThan(5);
  });

  it('has a template for each statement that it writes, and a concept for each extension of its own', async () => {
    const { concepts, templates } = JSON.parse(await exported('--format', 'xapi-profile')) as {
      concepts: { id: string }[];
      templates: { verb: string; rules: { location: string; any?: JsonValue[] }[] }[];
    };
    const conversion = createCrosswalk(tables, ontology).toXapi(
      anEvent({ session: { id: 'urn:s', type: 'Session' } }),
    );
    if (!conversion.ok) throw new Error('refused');
    const { verb, context } = conversion.record as {
      verb: { id: string };
      context: { extensions: JsonObject };
    };
    const type = ontology.iri('NavigationEvent') ?? '';
    const fitting = templates.filter(
      (one) => one.verb === verb.id && one.rules.some(({ any }) => any?.includes(type)),
    );
    expect(fitting).toHaveLength(1);
    const known = new Set(concepts.map(({ id }) => id));
    expect(Object.keys(context.extensions).filter((key) => !known.has(key))).toEqual([]);
  });

  it.each(['skos', 'sssom'])('gives the same %s triples as Turtle and as N-Quads', async (format) => {
    const turtle = new Parser().parse(await exported('--format', format));
    const quads = new Parser({ format: 'application/n-quads' }).parse(
      await exported('--format', format, '--syntax', 'nquads'),
    );
    expect(turtle.length).toBeGreaterThan(3000);
    expect(quads).toHaveLength(turtle.length);
  });

  it('says of an action in one event type what it means there, and of a stand-in nothing', async () => {
    const triples = new Parser().parse(await exported('--format', 'skos'));
    const objects = (subject: string, predicate: string) =>
      triples
        .filter((one) => one.subject.value === subject && one.predicate.value.endsWith(predicate))
        .map(({ object }) => object.value);
    const use = 'https://w3id.org/crosswalk/mappings/uses/MediaEvent/Paused';
    expect(objects(use, '#exactMatch')).toEqual(['https://w3id.org/xapi/video/verbs/paused']);
    expect(objects(use, '#broader')).toEqual(['http://purl.imsglobal.org/caliper/actions/Paused']);
    const without = tables.verbs
      .filter(({ relation }) => relation === 'noTerm')
      .map(({ subject }) => subject);
    expect(without.flatMap((subject) => objects(subject, 'Match'))).toEqual([]);
  });

  it('has each row of the vocabulary tables as an SSSOM mapping with its justification', async () => {
    const triples = new Parser().parse(await exported('--format', 'sssom'));
    const rows = tables.raw
      .filter(({ metadata }) => metadata)
      .reduce((sum, table) => sum + table.rows.length, 0);
    const having = (predicate: string) => triples.filter((one) => one.predicate.value === predicate).length;
    expect(having('http://www.w3.org/2002/07/owl#annotatedSource')).toBe(rows);
    expect(having('https://w3id.org/sssom/mapping_justification')).toBe(rows);
  });
});
