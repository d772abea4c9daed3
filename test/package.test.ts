import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folder, type Folder } from './support/command-line.ts';
import { aStatement, anEvent } from './support/records.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  dependencies: Record<string, string>;
};

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

const CONSUMER = `
import { toXapi, toCaliper, validate } from 'crosswalk';
const event = ${JSON.stringify(anEvent())};
const statement = toXapi(event);
const back = statement.ok ? toCaliper(statement.record) : statement;
console.log(JSON.stringify({ valid: validate(event).valid, back: back.ok && back.record }));
`;

const TYPED_CONSUMER = `
import { toXapi, validate, type Conversion, type Validation } from 'crosswalk';
const conversion: Conversion = toXapi({ id: 'urn:uuid:1' }, { target: '2.0' });
const { errors }: Validation = validate([]);
export const messages: string[] = [...errors, ...conversion.diagnostics].map(({ path, message }) => path + message);
if (conversion.ok) conversion.record['verb'];
// @ts-expect-error -- a refusal has no record
conversion.record;
// @ts-expect-error -- an event is an object
toXapi('event');
`;

/** Compiler settings of a library's user who knows nothing of Node. */
const TYPED_SETTINGS = {
  compilerOptions: { module: 'NodeNext', lib: ['ES2023'], types: [], strict: true, noEmit: true },
  files: ['consumer.ts'],
};

/** Packs the built project, and unpacks it where nothing else is but the packages that it depends on. */
function installed(place: Folder): { home: string; packed: Packed } {
  const arguments_ = ['pack', '--json', '--ignore-scripts', '--pack-destination', place.path];
  const answer = execFileSync('npm', arguments_, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(answer) as [Packed];
  const modules = join(place.path, 'node_modules');
  const home = join(modules, 'crosswalk');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', join(place.path, packed.filename), '-C', home, '--strip-components=1']);
  for (const name of Object.keys(PACKAGE.dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  return { home, packed };
}

describe('the package', () => {
  const place = folder();
  let home: string;
  let packed: Packed;
  beforeAll(() => {
    ({ home, packed } = installed(place));
  });
  afterAll(() => place.remove());

  it('holds the compiled program, the tables, the schema and the documents, and nothing else', () => {
    const expected =
      /^(?:dist\/[\w./-]+\.(?:js|d\.ts|json)|mappings\/[\w.-]+\.(?:tsv|yaml|md)|mappings\/examples\/[\w-]+\.json|config\.schema\.json|package\.json|LICENSE|[A-Z]+\.md)$/;
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !expected.test(path))).toEqual([]);
    expect(paths).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/index.d.ts',
        'dist/cli/main.js',
        'LICENSE',
        'README.md',
      ]),
    );
    expect(paths).toEqual(
      expect.arrayContaining(['mappings/tables.yaml', 'config.schema.json', 'CHANGELOG.md']),
    );
  });

  it('converts and validates where it is installed', () => {
    const { stdout, stderr } = spawnSync(process.execPath, [place.file('consumer.mjs', CONSUMER)], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ valid: true, back: anEvent() });
  });

  it('is typed for users who know nothing of Node', () => {
    place.file('consumer.ts', TYPED_CONSUMER);
    const settings = place.file('tsconfig.json', TYPED_SETTINGS);
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', settings], { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  it('has a command that runs, with the shipped tables', () => {
    const command = join(home, 'dist/cli/main.js');
    const version = spawnSync(command, ['--version'], { encoding: 'utf8', input: '' });
    expect(version).toMatchObject({ status: 0, stdout: `${PACKAGE.version}\n`, stderr: '' });
    const input = JSON.stringify(aStatement());
    const converted = spawnSync(command, ['convert', '--to', 'caliper'], { encoding: 'utf8', input });
    expect(converted).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('"eventTime"') as string,
    });
    const checked = spawnSync(command, ['check'], { encoding: 'utf8', cwd: place.path });
    expect(checked).toMatchObject({ status: 0, stdout: '' });
  });
});
