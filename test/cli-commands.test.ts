import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewRecord } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import type { JsonObject } from '../src/json/index.ts';
import { crosswalk, folder, lines, type Folder } from './support/command-line.ts';
import { aStatement, anEntity, anEnvelope, anEvent, events, uuid } from './support/records.ts';

interface Validated {
  readonly file: string;
  readonly valid: boolean;
  readonly format: string | null;
  readonly errors: readonly { readonly path: string; readonly message: string; readonly rule: string }[];
  readonly deviations?: readonly { readonly path: string }[];
}

const POINTER = /^(\/([^~/]|~[01])*)*$/;

let files: Folder;
beforeAll(() => {
  files = folder();
});
afterAll(() => files.remove());

async function validated(content: unknown, ...options: string[]): Promise<Validated & { status: number }> {
  const file = files.file('input.json', content);
  const { status, output } = await crosswalk(['validate', ...options, file]);
  const [line] = lines<Validated>(output);
  expect(line?.file).toBe(file);
  return { ...(line as Validated), status };
}

describe('crosswalk validate', () => {
  const valid: Readonly<Record<string, [unknown, string]>> = {
    'an event': [anEvent(), 'caliper'],
    'an entity describe': [anEntity(), 'caliper'],
    'an envelope': [anEnvelope([anEvent(), anEntity()]), 'caliper'],
    'a list of events': [events(2), 'caliper'],
    'a statement': [aStatement(), 'xapi'],
    'a list of statements': [[aStatement(), aStatement({ id: uuid(901) })], 'xapi'],
    'records one a line': [`${JSON.stringify(anEvent())}\n${JSON.stringify(anEntity())}\n`, 'caliper'],
  };
  for (const [name, [content, format]] of Object.entries(valid)) {
    it(`takes ${name} for valid`, async () => {
      expect(await validated(content)).toMatchObject({ status: 0, valid: true, format, errors: [] });
    });
  }

  it('points at what is wrong, names the rule, and says what would be right', async () => {
    const { status, valid, format, errors } = await validated(anEvent({ eventTime: 'yesterday' }));
    expect({ status, valid, format }).toEqual({ status: 1, valid: false, format: 'caliper' });
    expect(errors[0]).toMatchObject({
      path: '/eventTime',
      rule: expect.stringMatching(/^[a-z0-9-]+$/) as string,
    });
  });

  it('points into the list or envelope that the record stands in', async () => {
    const bad = anEvent({ eventTime: 'yesterday' });
    const list = await validated([anEvent(), bad]);
    const envelope = await validated(anEnvelope([anEvent(), bad]));
    const statements = await validated([aStatement(), aStatement({ id: uuid(901), timestamp: 'yesterday' })]);
    expect(list.errors.map(({ path }) => path)).toContain('/1/eventTime');
    expect(envelope.errors.map(({ path }) => path)).toContain('/data/1/eventTime');
    expect(statements.errors.map(({ path }) => path)).toContain('/1/timestamp');
  });

  it('forgives what can be understood where it is told to be lenient, and says what it forgave', async () => {
    const deviating = anEvent({ id: 'no-iri' });
    const strict = await validated(deviating);
    const lenient = await validated(deviating, '--lenient');
    expect([strict.status, strict.valid]).toEqual([1, false]);
    expect(lenient).toMatchObject({ status: 0, valid: true, errors: [] });
    expect(lenient.deviations?.map(({ path }) => path)).toEqual(strict.errors.map(({ path }) => path));
  });

  it('refuses what cannot be understood, however lenient', async () => {
    const event = anEvent();
    delete event['actor'];
    expect(await validated(event, '--lenient')).toMatchObject({ status: 1, valid: false, format: 'caliper' });
  });

  it('holds a statement without a version against the version that it is told', async () => {
    const actor = { objectType: 'Agent', mbox: 'mailto:a@example.edu' };
    const contextAgents = [
      { objectType: 'contextAgent', agent: actor, relevantTypes: ['https://example.edu/role'] },
    ];
    const statement = aStatement({ context: { contextAgents } });
    expect((await validated(statement, '--xapi-version', '1.0')).valid).toBe(false);
    expect((await validated(statement, '--xapi-version', '2.0')).valid).toBe(true);
    expect((await validated(statement)).valid).toBe(true);
    expect((await validated({ ...statement, version: '1.0.3' }, '--xapi-version', '2.0')).valid).toBe(false);
  });

  const unreadable: Readonly<Record<string, [string, string]>> = {
    'a text that is cut off': ['{"actor": {', 'json-syntax'],
    'an empty file': ['', 'json-syntax'],
    'a text with a stray comma': ['{"a": 1,}', 'json-syntax'],
    'nesting without end': ['['.repeat(200_000) + ']'.repeat(200_000), 'json-depth'],
  };
  for (const [name, [content, rule]] of Object.entries(unreadable)) {
    it(`says where ${name} breaks`, async () => {
      const { status, valid, format, errors } = await validated(content);
      expect({ status, valid, format }).toEqual({ status: 1, valid: false, format: null });
      expect(errors).toEqual([{ path: '', message: expect.any(String) as string, rule }]);
    });
  }

  it('names the broken line among records one a line', async () => {
    const { errors } = await validated(`${JSON.stringify(anEvent())}\n\n{"actor": 1,}\n`);
    expect(errors[0]?.message).toMatch(/^not JSON: line 3, column 13: /);
  });

  for (const content of [7, 'text', null, [], {}, [7], { hello: 'world' }, [[anEvent()]]]) {
    it(`takes ${JSON.stringify(content).slice(0, 20)} for neither language`, async () => {
      const { status, valid, format, errors } = await validated(JSON.stringify(content));
      expect({ status, valid, format }).toEqual({ status: 1, valid: false, format: null });
      for (const { path } of errors) expect(path).toMatch(POINTER);
      expect(errors.length).toBeGreaterThan(0);
    });
  }

  it('prints a line for each file, also where one cannot be read', async () => {
    const good = files.file('good.json', anEvent());
    const bad = files.file('bad.json', '{');
    const { status, output, errors } = await crosswalk(['validate', good, '/nowhere.json', bad]);
    expect(lines<Validated>(output).map(({ file, valid }) => [file, valid])).toEqual([
      [good, true],
      [bad, false],
    ]);
    expect({ status, errors }).toEqual({
      status: 2,
      errors: 'crosswalk: cannot read /nowhere.json: no such file\n',
    });
  });
});

interface Explained {
  readonly to: string;
  readonly trace: readonly { readonly row: string; readonly from: string; readonly to: string }[];
  readonly diagnostics: readonly { readonly code: string; readonly path: string }[];
  readonly residual: JsonObject;
  readonly record: JsonObject;
}

describe('crosswalk explain', () => {
  const explained = async (record: JsonObject, ...options: string[]) => {
    const file = files.file('record.json', record);
    const { status, output } = await crosswalk(['explain', '--json', ...options, file]);
    return { status, ...(JSON.parse(output) as Explained) };
  };

  it('names the row behind each part of the result', async () => {
    const { status, to, trace, record } = await explained(anEvent());
    expect({ status, to }).toEqual({ status: 0, to: 'xapi' });
    expect(trace.map(({ row }) => row)).toContain('T-ACT:NavigationEvent/NavigatedTo');
    expect(record['verb']).toBeDefined();
  });

  it('says what the residual keeps', async () => {
    const { residual } = await explained(
      anEvent({ object: { id: 'https://lms.example.edu/p', type: 'WebPage', extensions: null } }),
    );
    expect(JSON.stringify(residual)).toContain('/object/extensions');
  });

  it('says for people what became of which record of a file', async () => {
    const file = files.file('envelope.json', anEnvelope(events(3)));
    const { status, output } = await crosswalk(['explain', '--record', '2', file]);
    expect(status).toBe(0);
    expect(output).toContain(`event urn:uuid:${uuid(2)} becomes an xAPI statement`);
    expect(output).toMatch(/Written by table rows:\n {2}\/\S+ +← \/\S* +\S+/);
  });

  it('says why a record is refused', async () => {
    const file = files.file('record.json', anEvent({ eventTime: 'soon' }));
    const { status, output } = await crosswalk(['explain', file]);
    expect(status).toBe(1);
    expect(output).toMatch(/Refused because:\n {2}missing-time +\/eventTime/);
  });

  it('says how many records a file has not', async () => {
    const file = files.file('record.json', anEvent());
    const { status, errors } = await crosswalk(['explain', '--record', '4', file]);
    expect({ status, errors }).toEqual({
      status: 2,
      errors: `crosswalk: ${file} has no record number 4 (they are counted from 0)\n`,
    });
  });
});

const TABLES = fileURLToPath(new URL('../mappings', import.meta.url));
const SETTINGS = readFileSync(join(TABLES, 'tables.yaml'), 'utf8');

describe('crosswalk check', () => {
  it('finds nothing wrong with the shipped tables and their examples', async () => {
    const { status, output } = await crosswalk(['check', TABLES]);
    expect({ status, output }).toEqual({ status: 0, output: '' });
  });

  it('names file, line and column of what is wrong', async () => {
    const author = folder();
    author.file('tables.yaml', SETTINGS);
    const verbs = readFileSync(join(TABLES, 'verbs.sssom.tsv'), 'utf8').split('\n');
    const line = verbs.findIndex((row) => row.startsWith('adl:verbs/answered'));
    verbs[line] = (verbs[line] ?? '').replace('action:Completed', 'action:Compleeted');
    author.file('verbs.sssom.tsv', verbs.join('\n'));
    const { status, output } = await crosswalk(['check', author.path]);
    author.remove();
    expect(status).toBe(1);
    expect(output).toContain(`verbs.sssom.tsv:${line + 1}:object_id `);
  });

  it('names a folder without tables', async () => {
    const empty = folder();
    const { status, errors } = await crosswalk(['check', empty.path]);
    empty.remove();
    expect({ status, errors }).toEqual({
      status: 2,
      errors: `crosswalk: ${empty.path} holds no tables\n`,
    });
  });
});

function aRecord(n: number, deliveries: NewRecord['deliveries']): NewRecord {
  const digest = String(n).padStart(64, '0');
  return {
    tenant: 'default',
    source: 'campus',
    language: 'caliper',
    kind: 'event',
    id: `urn:uuid:${uuid(n)}`,
    version: '1.2',
    type: 'NavigationEvent',
    body: JSON.stringify(events(n + 1)[n]),
    digest,
    attributes: {},
    deviations: n === 1 ? [{ path: '/id', rule: 'caliper-iri', message: 'no IRI' }] : [],
    receivedAt: Date.UTC(2025, 8, 1, 8, 0, n),
    deliveries,
  };
}

describe('crosswalk log', () => {
  let database: string;
  beforeAll(async () => {
    database = join(files.path, 'log.sqlite');
    const log = await openSqliteLog(database);
    await log.append([aRecord(0, [{ route: 'all', destination: 'lrs' }]), aRecord(1, []), aRecord(2, [])], {
      onConflict: 'skip',
    });
    const [item] = await log.pending('lrs', 1);
    const attempt = { at: Date.UTC(2025, 8, 1, 8, 1), status: 400, answer: 'no' };
    await log.settle([{ key: item?.key ?? 0, state: 'dead', reason: 'refused', attempt }], {
      destination: 'lrs',
      failures: 0,
      retryAt: 0,
      stopped: null,
      openedAt: null,
    });
    await log.close();
  });

  it('prints each record with what became of it', async () => {
    const { status, output } = await crosswalk(['log', '--database', database]);
    const [first, second] = lines<JsonObject>(output);
    expect(status).toBe(0);
    expect(first).toMatchObject({
      seq: 1,
      receivedAt: '2025-09-01T08:00:00.000Z',
      source: 'campus',
      id: `urn:uuid:${uuid(0)}`,
      deliveries: [
        { destination: 'lrs', state: 'dead', reason: 'refused', attempts: [{ status: 400, answer: 'no' }] },
      ],
    });
    expect(second).toMatchObject({ deviations: [{ path: '/id' }], deliveries: [] });
    expect(first).not.toHaveProperty('body');
  });

  it('begins and ends where it is told, and gives the records themselves when asked', async () => {
    const { output } = await crosswalk([
      'log',
      '--database',
      database,
      '--after',
      '1',
      '--limit',
      '1',
      '--bodies',
    ]);
    const printed = lines<{ seq: number; body: string }>(output);
    expect(printed.map(({ seq, body }) => [seq, JSON.parse(body) as unknown])).toEqual([[2, events(2)[1]]]);
  });

  it('prints a line a record for people', async () => {
    const { output } = await crosswalk(['log', '--database', database, '--format', 'text']);
    expect(output.split('\n')).toHaveLength(4);
    expect(output.split('\n')[0]).toMatch(/^1 .* campus .* NavigationEvent .* lrs dead \(refused\)$/);
  });

  it('follows the log until it is interrupted', async () => {
    const interruption = new AbortController();
    const following = crosswalk(['log', '--database', database, '--follow', '--after', '3'], {
      interrupted: interruption.signal,
    });
    const log = await openSqliteLog(database);
    await log.append([aRecord(3, [])], { onConflict: 'skip' });
    await log.close();
    await new Promise((resolve) => setTimeout(resolve, 900));
    interruption.abort();
    const { status, output } = await following;
    expect({ status, seqs: lines<{ seq: number }>(output).map(({ seq }) => seq) }).toEqual({
      status: 0,
      seqs: [4],
    });
  });

  it('makes no log where there is none', async () => {
    const { status, errors } = await crosswalk(['log', '--database', '/nowhere/log.sqlite']);
    expect(status).toBe(2);
    expect(errors).toContain('no record log at /nowhere/log.sqlite');
  });
});

describe('crosswalk terms', () => {
  let database: string;
  beforeAll(async () => {
    database = join(files.path, 'terms.sqlite');
    const log = await openSqliteLog(database);
    const to = [{ route: 'all', destination: 'lrs' }];
    await log.append([aRecord(0, to), { ...aRecord(1, to), source: 'lms' }, aRecord(2, to)], {
      onConflict: 'skip',
    });
    const outbound = (code: string, term: string) => ({
      form: 'mapped' as const,
      body: '{}',
      digest: '0'.repeat(64),
      tables: null,
      resource: null,
      diagnostics: [{ code, path: '', message: '', term }],
    });
    await log.fix([
      { key: 1, outbound: outbound('fallback', 'AssessmentEvent/Tagged') },
      { key: 2, outbound: outbound('no-term', 'Event/Muted') },
      { key: 3, outbound: outbound('fallback', 'AssessmentEvent/Tagged') },
    ]);
    await log.close();
  });

  it('prints the terms that the tables lack, the most frequent first', async () => {
    const { status, output } = await crosswalk(['terms', '--database', database]);
    expect(status).toBe(0);
    expect(lines(output)).toEqual([
      {
        source: 'campus',
        language: 'caliper',
        code: 'fallback',
        term: 'AssessmentEvent/Tagged',
        count: 2,
        record: 3,
      },
      { source: 'lms', language: 'caliper', code: 'no-term', term: 'Event/Muted', count: 1, record: 2 },
    ]);
  });

  it('prints those of one source, for reading', async () => {
    const { output } = await crosswalk([
      'terms',
      '--database',
      database,
      '--source',
      'lms',
      '--format',
      'text',
    ]);
    expect(output).toMatch(/^ +1 {2}no-term +caliper +Event\/Muted {2}\(lms, record 2\)\n$/);
  });
});

describe('crosswalk', () => {
  it('explains every command with examples and exit statuses', async () => {
    for (const name of ['convert', 'validate', 'explain', 'check', 'serve', 'log', 'terms']) {
      const { status, output } = await crosswalk(['help', name]);
      expect(status).toBe(0);
      expect(output).toContain(`Usage: crosswalk ${name}`);
      expect(output).toContain(`  crosswalk ${name}`);
      expect(output).toContain('Exit status:');
    }
  });

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await crosswalk(['--version'])).toEqual({ status: 0, output: `${version}\n`, errors: '' });
  });

  it('helps with a command that does not exist', async () => {
    const { status, errors } = await crosswalk(['convrt']);
    expect(status).toBe(2);
    expect(errors).toContain('convert');
  });
});
