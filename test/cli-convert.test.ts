import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/json/index.ts';
import {
  crosswalk,
  ended,
  folder,
  lines,
  startCrosswalk,
  textOf,
  type Folder,
} from './support/command-line.ts';
import { aStatement, anEntity, anEnvelope, anEvent, events, uuid } from './support/records.ts';

const ENVELOPE = 'https://w3id.org/crosswalk/envelope';

interface Statement {
  readonly id: string;
  readonly verb: { readonly id: string };
  readonly context?: { readonly extensions?: JsonObject };
}
interface Failure {
  readonly index: number;
  readonly id: string | null;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

const toXapi = (input: string | Iterable<string | Uint8Array>) =>
  crosswalk(['convert', '--to', 'xapi'], { input });
const ids = (output: string) => lines<Statement>(output).map(({ id }) => id);

let files: Folder;
beforeAll(() => {
  files = folder();
});
afterAll(() => files.remove());

describe('crosswalk convert', () => {
  it('writes the statement of an event on one line', async () => {
    const { status, output, errors } = await toXapi(JSON.stringify(anEvent(), null, 2));
    expect({ status, errors, lines: output.split('\n').length }).toEqual({ status: 0, errors: '', lines: 2 });
    expect(lines<Statement>(output)[0]?.verb.id).toMatch(/^https?:/);
  });

  it('gives back the event that it was', async () => {
    const event = anEvent({ extensions: { 'https://example.edu/x': [1, null, { __proto__x: 'y' }] } });
    const { output } = await toXapi(JSON.stringify(event));
    const back = await crosswalk(['convert', '--to', 'caliper'], { input: output });
    expect(lines(back.output)).toEqual([event]);
  });

  const wanted = [0, 1, 2].map(uuid);
  const forms: Readonly<Record<string, (records: JsonObject[]) => string>> = {
    'one a line': (records) => records.map((record) => JSON.stringify(record)).join('\n'),
    'one a line with a last line end': (records) =>
      records.map((record) => `${JSON.stringify(record)}\r\n`).join(''),
    'one after another, indented': (records) =>
      records.map((record) => JSON.stringify(record, null, 2)).join(''),
    'as a list': (records) => JSON.stringify(records),
    'as an indented list': (records) => JSON.stringify(records, null, 4),
    'as an envelope': (records) => JSON.stringify(anEnvelope(records)),
    'as an envelope, indented, after a byte order mark': (records) =>
      `\ufeff${JSON.stringify(anEnvelope(records), null, 2)}`,
    'as several envelopes': (records) =>
      records.map((record) => JSON.stringify(anEnvelope([record]))).join('\n'),
  };
  for (const [form, write] of Object.entries(forms)) {
    it(`takes records ${form}, in order`, async () => {
      const { status, output } = await toXapi(write(events(3)));
      expect({ status, ids: ids(output) }).toEqual({ status: 0, ids: wanted });
    });
  }

  it('takes a record whose bytes are cut anywhere, also within a character', async () => {
    const bytes = Buffer.from(
      `${JSON.stringify(anEvent({ extensions: { 'https://example.edu/x': 'Žluťoučký 🐎' } }))}`,
    );
    const whole = await toXapi([bytes]);
    const cut = await toXapi(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)));
    expect(cut).toEqual(whole);
  });

  it('reads the files that are named, in order', async () => {
    const [first, second] = events(2);
    const paths = [files.file('b.json', first), files.file('a.json', second)];
    const { status, output } = await crosswalk(['convert', '--to', 'xapi', ...paths]);
    expect({ status, ids: ids(output) }).toEqual({ status: 0, ids: [uuid(0), uuid(1)] });
  });

  it('tells each language by the record, and lets one that is in the wanted language pass as it is written', async () => {
    const text =
      '{"id": "6f0a1d5e-0e1f-4c8b-9a52-000000000777", "result": {"score": {"raw": 25.0}},\n "actor": {"mbox": "mailto:a@example.edu"}, "verb": {"id": "https://example.edu/a  b"}, "object": {"id": "https://example.edu/o"}}';
    const { status, output } = await toXapi(`${text}${JSON.stringify(anEvent())}`);
    expect(status).toBe(0);
    expect(output.split('\n')[0]).toBe(
      '{"id":"6f0a1d5e-0e1f-4c8b-9a52-000000000777","result":{"score":{"raw":25.0}},"actor":{"mbox":"mailto:a@example.edu"},"verb":{"id":"https://example.edu/a  b"},"object":{"id":"https://example.edu/o"}}',
    );
    expect(lines(output)).toHaveLength(2);
  });

  it('takes an entity describe for Caliper, and says where an LRS would keep it', async () => {
    const caliper = await crosswalk(['convert', '--to', 'caliper'], { input: JSON.stringify(anEntity()) });
    expect({ status: caliper.status, records: lines(caliper.output) }).toEqual({
      status: 0,
      records: [anEntity()],
    });
    const xapi = await toXapi(JSON.stringify(anEntity()));
    expect({ status: xapi.status, output: xapi.output }).toEqual({ status: 1, output: '' });
    expect(lines<Failure>(xapi.errors)[0]?.errors[0]?.message).toContain('agents/profile');
  });

  it('keeps with each event where it stood in its envelope, and nothing with one that came alone', async () => {
    const { output } = await toXapi(`${JSON.stringify(anEnvelope(events(2)))}\n${JSON.stringify(anEvent())}`);
    const places = lines<Statement>(output).map(({ context }) => context?.extensions?.[ENVELOPE]);
    const envelope = {
      sensor: 'https://lms.example.edu/sensor',
      sendTime: '2025-09-01T08:00:05.000Z',
      dataVersion: 'http://purl.imsglobal.org/ctx/caliper/v1p2',
      size: 2,
    };
    expect(places).toEqual([{ ...envelope, index: 0 }, { ...envelope, index: 1 }, undefined]);
  });

  it('reports what it leaves out by number and id, and goes on', async () => {
    const [first, second, third] = events(3) as [JsonObject, JsonObject, JsonObject];
    delete second['actor'];
    const { status, output, errors } = await toXapi(JSON.stringify(anEnvelope([first, second, third])));
    expect({ status, ids: ids(output) }).toEqual({ status: 1, ids: [uuid(0), uuid(2)] });
    expect(lines<Failure>(errors)).toEqual([
      {
        index: 1,
        id: `urn:uuid:${uuid(1)}`,
        errors: [expect.objectContaining({ path: expect.any(String) as string })],
      },
    ]);
  });

  it('counts every record of the input, whatever it came in', async () => {
    const broken = { hello: 'world' };
    const input = [anEnvelope(events(2)), broken, events(3), 7]
      .map((value) => JSON.stringify(value))
      .join('\n');
    const { errors } = await toXapi(`${input}\n`);
    expect(lines<Failure>(errors).map(({ index, id }) => [index, id])).toEqual([
      [2, null],
      [6, null],
    ]);
  });

  it('says line and column of what is no JSON, and converts the lines around it', async () => {
    const [first, second] = events(2).map((event) => JSON.stringify(event));
    const { status, output, errors } = await toXapi(`${first}\n{"actor": {"id": 1,}}\n${second}\n`);
    expect({ status, ids: ids(output) }).toEqual({ status: 1, ids: [uuid(0), uuid(1)] });
    expect(lines<Failure>(errors)[0]?.errors[0]?.message).toMatch(/^not JSON: line 1, column 20: /);
  });

  it('converts the lines below a bracket that was never closed', async () => {
    const [first, second] = events(2).map((event) => JSON.stringify(event));
    const { status, output } = await toXapi(`{"actor": {"id": 1\n${first}\n${second}\n`);
    expect({ status, ids: ids(output) }).toEqual({ status: 1, ids: [uuid(0), uuid(1)] });
  });

  it('refuses a number that would be lost, and names it', async () => {
    const text = JSON.stringify(anEvent({ extensions: { big: 0 } })).replace('"big":0', '"big":1e999');
    const { status, errors } = await toXapi(text);
    expect({ status, path: lines<Failure>(errors)[0]?.errors[0]?.path }).toEqual({
      status: 1,
      path: '/extensions/big',
    });
  });

  it('refuses nesting without end, quietly', async () => {
    const deep = `{"actor": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const { status, output, errors } = await toXapi(deep);
    expect({ status, output, failures: lines<Failure>(errors).length }).toEqual({
      status: 1,
      output: '',
      failures: 1,
    });
  });

  it('gives a statement without any time the time of receipt', async () => {
    const untimed = aStatement();
    delete untimed['timestamp'];
    const { status, output } = await crosswalk(['convert', '--to', 'caliper'], {
      input: JSON.stringify(untimed),
    });
    expect(status).toBe(0);
    expect(lines<JsonObject>(output)[0]?.['eventTime']).toBe('2025-09-01T09:00:00.000Z');
  });

  it('leaves out what breaks a rule where it is told to be strict', async () => {
    const input = JSON.stringify(anEvent({ id: 'no-uuid-and-no-iri', action: 'Searched' }));
    const lenient = await toXapi(input);
    const strict = await crosswalk(['convert', '--to', 'xapi', '--strict'], { input });
    expect([lenient.status, strict.status]).toEqual([0, 1]);
  });

  it('names a file that is not there, without a trace', async () => {
    const { status, output, errors } = await crosswalk(['convert', '--to', 'xapi', '/nowhere/events.json']);
    expect({ status, output }).toEqual({ status: 2, output: '' });
    expect(errors).toBe('crosswalk: cannot read /nowhere/events.json: no such file\n');
  });

  it('names a file that is no text', async () => {
    const file = files.file('noise.bin', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d));
    const { status, errors } = await crosswalk(['convert', '--to', 'xapi', file]);
    expect({ status, errors }).toEqual({ status: 2, errors: `crosswalk: ${file} is not UTF-8 text\n` });
  });

  it('writes the version that it is told, and knows which there are', async () => {
    const input = JSON.stringify(aStatement());
    const event = await crosswalk(['convert', '--to', 'caliper', '--target', '1.1'], { input });
    expect(lines<JsonObject>(event.output)[0]?.['@context']).toBe(
      'http://purl.imsglobal.org/ctx/caliper/v1p1',
    );
    const unknown = await crosswalk(['convert', '--to', 'caliper', '--target', '2.0'], { input });
    expect(unknown).toEqual({
      status: 2,
      output: '',
      errors: 'crosswalk: --target 2.0: caliper can be written as 1.1 or 1.2\n',
    });
  });

  it('asks for the wanted language', async () => {
    const { status, errors } = await crosswalk(['convert', 'file.json']);
    expect(status).toBe(2);
    expect(errors).toContain('--to <language>');
  });

  it('shows how far it is where a person looks, and only there', async () => {
    const file = files.file(
      'many.ndjson',
      events(50)
        .map((event) => JSON.stringify(event))
        .join('\n'),
    );
    const watched = await crosswalk(['convert', '--to', 'xapi', file], { terminal: true });
    const piped = await crosswalk(['convert', '--to', 'xapi', file]);
    expect(watched.errors).toContain('%');
    expect(piped.errors).toBe('');
    expect(watched.output).toBe(piped.output);
  });
});

describe('crosswalk convert as a process', () => {
  it('ends quietly when nobody reads on', async () => {
    const command = startCrosswalk(['convert', '--to', 'caliper']);
    const errors = textOf(command.stderr);
    const line = `${JSON.stringify(anEvent())}\n`.repeat(200);
    const feed = async () => {
      command.stdin?.on('error', () => undefined);
      while (command.exitCode === null && command.stdin?.writable) {
        if (!command.stdin.write(line))
          await Promise.race([once(command.stdin, 'drain'), once(command, 'exit')]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const status = ended(command);
    command.stdout?.once('data', () => command.stdout?.destroy());
    void feed().catch(() => undefined);
    expect({ status: await status, errors: await errors }).toEqual({ status: 0, errors: '' });
  });

  it('writes what it has while the input waits, and ends when it is interrupted', async () => {
    const command = startCrosswalk(['convert', '--to', 'xapi']);
    const errors = textOf(command.stderr);
    const status = ended(command);
    command.stdin?.write(`${JSON.stringify(anEvent())}\n{"actor": `);
    const [first] = (await once(command.stdout as NonNullable<typeof command.stdout>, 'data')) as [Buffer];
    expect(lines<Statement>(first.toString())).toHaveLength(1);
    command.kill('SIGINT');
    expect({ status: await status, errors: await errors }).toEqual({ status: 130, errors: '' });
  });

  it('takes an empty file for no records', async () => {
    const empty = openSync(files.file('empty.ndjson', ''), 'r');
    const command = startCrosswalk(['convert', '--to', 'xapi'], { input: empty });
    expect({ status: await ended(command), errors: await textOf(command.stderr) }).toEqual({
      status: 0,
      errors: '',
    });
    closeSync(empty);
  });

  it('gives the same lines and reports, in the same order, whether threads help or not', async () => {
    const many = Array.from({ length: 6_000 }, (_, n) =>
      n % 500 === 7
        ? '{"type": "MediaEvent", "actor": 1}'
        : JSON.stringify(anEvent({ id: `urn:uuid:${uuid(n)}`, extensions: { n, padding: 'x'.repeat(900) } })),
    );
    const compiled = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
    const file = files.file('many.ndjson', `${many.join('\n')}\n`);
    const [alone, together] = await Promise.all(
      ['1', '2'].map(async (jobs) => {
        const command = spawn(process.execPath, [compiled, 'convert', '--to', 'xapi', '--jobs', jobs, file]);
        return Promise.all([textOf(command.stdout), textOf(command.stderr), ended(command)]);
      }),
    );
    expect(alone?.[2]).toBe(1);
    expect(lines<Failure>(alone?.[1] ?? '').map(({ index }) => index)).toEqual(
      Array.from({ length: 12 }, (_, n) => 500 * n + 7),
    );
    expect(together).toEqual(alone);
  });

  it('needs no more memory for 200 MB than its heap has, and loses nothing', async () => {
    const command = startCrosswalk(['convert', '--to', 'xapi'], { nodeOptions: ['--max-old-space-size=96'] });
    const errors = textOf(command.stderr);
    const padding = 'x'.repeat(40_000);
    const total = 5_000;
    const feed = async () => {
      for (let n = 0; n < total; n += 1) {
        const event = anEvent({
          id: `urn:uuid:${uuid(n)}`,
          extensions: { 'https://example.edu/padding': padding },
        });
        if (command.stdin?.write(`${JSON.stringify(event)}\n`) === false) await once(command.stdin, 'drain');
      }
      command.stdin?.end();
    };
    let converted = 0;
    command.stdout?.on('data', (piece: Buffer) => {
      for (const byte of piece) if (byte === 0x0a) converted += 1;
    });
    const status = ended(command);
    await feed();
    expect({ status: await status, errors: await errors, converted }).toEqual({
      status: 0,
      errors: '',
      converted: total,
    });
  });
});
