import { describe, expect, it } from 'vitest';
import { readTableFiles } from '../scripts/generate-tables.ts';
import {
  checkTables,
  findingText,
  parseTables,
  type PublishedTerms,
  type TableFinding,
} from '../src/mappings/tables/index.ts';
import { ontology } from '../src/ontology/index.ts';

const files = await readTableFiles();

type Edit = (text: string) => string;

/** Changes one cell of the first line that begins so. */
const cell =
  (start: string, from: string, to: string): Edit =>
  (text) =>
    editLine(text, start, (line) =>
      line
        .split('\t')
        .map((value) => (value === from ? to : value))
        .join('\t'),
    );

/** Puts lines above the first line that begins so. */
const above =
  (start: string, ...lines: string[]): Edit =>
  (text) =>
    editLine(text, start, (line) => [...lines.map((added) => added.replaceAll('|', '\t')), line].join('\n'));

const without =
  (start: string): Edit =>
  (text) =>
    text
      .split('\n')
      .filter((line) => !line.startsWith(start))
      .join('\n');

function editLine(text: string, start: string, edit: (line: string) => string): string {
  const lines = text.split('\n');
  const index = lines.findIndex((line) => line.startsWith(start));
  if (index < 0) throw new Error(`no line begins with ${start}`);
  lines[index] = edit(lines[index] ?? '');
  return lines.join('\n');
}

function check(file: string, edit: Edit, published?: PublishedTerms): TableFinding[] {
  const before = files[file] ?? '';
  const after = edit(before);
  if (after === before) throw new Error(`nothing changed in ${file}`);
  const { tables, findings } = parseTables({ ...files, [file]: after });
  if (!tables || findings.length > 0) throw new Error(findings.map(findingText).join('\n'));
  return checkTables(tables, ontology, published);
}

/** The line of a file that begins so, as the finding should tell it. */
const lineOf = (file: string, start: string) =>
  (files[file] ?? '').split('\n').findIndex((line) => line.startsWith(start)) + 1;

const codes = (findings: readonly TableFinding[]) => findings.map(({ column, code }) => `${column} ${code}`);

describe('a check of the tables', () => {
  it('finds an event type, an action, an entity type that Caliper does not have, and tells the cell', () => {
    const [found] = check('verbs.sssom.tsv', cell('tincan:verb/adjourned', 'Event', 'MeetingEvent'));
    expect(found).toMatchObject({
      file: 'verbs.sssom.tsv',
      line: lineOf('verbs.sssom.tsv', 'tincan:verb/adjourned'),
      column: 'event',
      code: 'term-unknown',
    });
    expect(
      codes(check('verbs.sssom.tsv', cell('tincan:verb/adjourned', 'action:Paused', 'action:Adjourned'))),
    ).toContain('object_id term-unknown');
    expect(codes(check('types.sssom.tsv', cell('as:badge', 'caliper:Entity', 'caliper:Badge')))).toEqual([
      'object_id term-unknown',
    ]);
    expect(
      codes(check('entities.sssom.tsv', cell('caliper:Rating', 'caliper:Rating', 'caliper:Ranking'))),
    ).toEqual(['subject_id term-unmapped', 'subject_id term-unknown']);
  });

  it('finds a class in a condition that Caliper does not have', () => {
    const edit = cell('adl:verbs/shared', 'object is DigitalResource', 'object is Resource');
    expect(codes(check('verbs.sssom.tsv', edit))).toEqual(['when term-unknown']);
  });

  it('finds roles, profiles, properties and metrics that Caliper does not have', () => {
    expect(
      codes(
        check(
          'roles.sssom.tsv',
          cell('lis:membership#Officer', 'lis:membership#Officer', 'lis:membership#Clerk'),
        ),
      ),
    ).toContain('object_id term-unknown');
    expect(
      codes(
        check(
          'categories.sssom.tsv',
          cell('xapi:scorm', 'profile:AssignableProfile', 'profile:CourseProfile'),
        ),
      ),
    ).toEqual(['object_id term-unknown']);
    expect(
      codes(check('extensions.sssom.tsv', cell('tincan:extension/tags', 'caliper:tags', 'caliper:labels'))),
    ).toEqual(['object_id term-unknown']);
    expect(codes(check('aliases.tsv', cell('AssessmentPassed', 'AssessmentsPassed', 'TestsPassed')))).toEqual(
      ['means term-unknown'],
    );
  });

  it('finds defaults that Caliper does not have', () => {
    expect(
      codes(check('tables.yaml', (text) => text.replace('action: Used', 'action: Experienced'))),
    ).toEqual(['defaults.action term-unknown']);
  });

  it('finds a row that says the same twice', () => {
    const again =
      (files['types.sssom.tsv'] ?? '').split('\n').find((line) => line.startsWith('as:badge')) ?? '';
    expect(codes(check('types.sssom.tsv', above('as:badge', again)))).toEqual(['subject_id row-twice']);
  });

  it('finds a row that none can reach behind one without a condition', () => {
    const row =
      'adl:verbs/asked|asked|skos:closeMatch|action:Questioned|Questioned|semapv:ManualMappingCuration|0.8|Event||https://w3id.org/xapi/adl|';
    const edit = (text: string) =>
      above(
        'adl:verbs/asked',
        row,
      )(text).replace(/^(adl:verbs\/asked\t.*exactMatch.*Event\t)\t/m, '$1object is Message\t');
    expect(codes(check('verbs.sssom.tsv', edit))).toEqual(['when row-unreachable']);
  });

  it('finds an exactMatch that is not one to one', () => {
    expect(
      codes(check('entities.sssom.tsv', cell('caliper:LtiLink', 'skos:broadMatch', 'skos:exactMatch'))),
    ).toEqual([]);
    const both = (text: string) =>
      cell(
        'caliper:Link\t',
        'skos:closeMatch',
        'skos:exactMatch',
      )(cell('caliper:LtiLink', 'skos:broadMatch', 'skos:exactMatch')(text));
    expect(codes(check('entities.sssom.tsv', both))).toEqual(['subject_id exact-not-one-to-one']);
  });

  it('finds a pair of event type and action that the other direction does not allow', () => {
    const edit = cell('tincan:verb/adjourned', 'Event', 'MediaEvent');
    expect(codes(check('verbs.sssom.tsv', edit))).toEqual([]);
    const wrong = cell('tincan:verb/adjourned', 'Event', 'ForumEvent');
    expect(codes(check('verbs.sssom.tsv', wrong))).toEqual(['event pair-not-allowed']);
  });

  it('finds a verb that stands for one without rows of its own', () => {
    const edit = cell('as:share', 'adl:verbs/shared', 'as:watching');
    expect(codes(check('verbs.sssom.tsv', edit))).toEqual(['object_id same-as-unknown']);
    const chain = cell('as:share', 'adl:verbs/shared', 'as:complete');
    expect(codes(check('verbs.sssom.tsv', chain))).toEqual(['object_id same-as-unknown']);
  });

  it('finds verbs and types that are written but not read', () => {
    const verb = check('verbs.sssom.tsv', without('as:archive\t'));
    expect(new Set(codes(verb))).toEqual(new Set(['object_id reverse-missing']));
    expect(codes(check('types.sssom.tsv', without('as:image\t')))).toEqual(['object_id reverse-missing']);
  });

  it('finds two actions that claim one verb, of which one is never read back', () => {
    const edit = cell('action:Muted', 'skos:broadMatch', 'skos:closeMatch');
    expect(codes(check('actions.sssom.tsv', edit))).toContain('predicate_id reverse-ambiguous');
  });

  it('finds a type that is read as another class than the one that writes it', () => {
    const edit = cell('as:image', 'caliper:ImageObject', 'caliper:AudioObject');
    expect(codes(check('types.sssom.tsv', edit))).toEqual(['object_id reverse-ambiguous']);
  });

  it('finds aliases that mean nothing, and those that no one would ever follow', () => {
    const nothing = cell(
      'http://adlnet.gov/expapi/verbs/created',
      'http://activitystrea.ms/create',
      'http://activitystrea.ms/make',
    );
    expect(codes(check('aliases.tsv', nothing))).toEqual(['means alias-unknown']);
    const unused = cell(
      'http://adlnet.gov/expapi/verbs/created',
      'http://adlnet.gov/expapi/verbs/created',
      'http://activitystrea.ms/attach',
    );
    expect(codes(check('aliases.tsv', unused))).toEqual(['read alias-unused']);
  });

  it('finds a pair, an entity type, a profile and a role that no row covers', () => {
    const action = check(
      'actions.sssom.tsv',
      without(
        'action:Viewed\tViewed\tskos:exactMatch\ttincan:verb/viewed\tviewed\tsemapv:ManualMappingCuration\t1.0\tViewEvent',
      ),
    );
    expect(action.map(({ found }) => found)).toContain('no row for ViewEvent with Viewed');
    expect(check('entities.sssom.tsv', without('caliper:Scale\t')).map(({ found }) => found)).toEqual([
      'no row for Scale',
    ]);
    expect(check('profiles.sssom.tsv', without('profile:SurveyProfile')).map(({ found }) => found)).toEqual([
      'no row for SurveyProfile',
    ]);
    expect(check('roles.sssom.tsv', without('lis:status#Active')).map(({ found }) => found)).toEqual([
      'no row for Active',
    ]);
  });

  it('demands a source of each xAPI term, and that a profile has the terms that it is cited for', () => {
    const source = 'https://registry.tincanapi.com';
    const none = cell('tincan:verb/adjourned', source, '');
    expect(codes(check('verbs.sssom.tsv', none))).toEqual(['subject_id source-missing']);
    const iri = 'http://id.tincanapi.com/verb/adjourned';
    expect(check('verbs.sssom.tsv', none, new Map([['https://profile.example', new Set([iri])]]))).toEqual(
      [],
    );
    const wrong = cell('tincan:verb/adjourned', source, 'https://profile.example');
    expect(codes(check('verbs.sssom.tsv', wrong, new Map([['https://profile.example', new Set()]])))).toEqual(
      ['source source-wrong'],
    );
  });

  it('finds an extension in a condition, and a carrier, that no table has', () => {
    const extension = (text: string) =>
      text.replace('video/extensions/volume] = 0', 'video/extensions/loudness] = 0');
    expect(codes(check('verbs.sssom.tsv', extension))).toEqual(['when term-unknown']);
    const carrier = cell('tincan:extension/tags', 'F-AnnotationEvent:tags', 'F-AnnotationEvent:labels');
    expect(codes(check('extensions.sssom.tsv', carrier))).toEqual(['carrier row-unknown']);
  });
});
