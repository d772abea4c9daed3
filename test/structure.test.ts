import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCE = join(ROOT, 'src');

/** What each room may import: one file for this test and for the lint rules. */
const rooms = JSON.parse(readFileSync(join(ROOT, 'scripts/rooms.json'), 'utf8')) as {
  mayImport: Record<string, readonly string[]>;
  pure: string[];
  nodeModules: string[];
  innerDoors: string[];
};
/** Parts of n3 that stand on Node's streams. */
const STREAMING_PARTS = ['StreamParser', 'StreamWriter', 'Store.import'];

const sourceFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('.generated.'))
    .map((name) => join(folder, name));

interface Source {
  /** Path below `src`, with slashes. */
  readonly name: string;
  readonly room: string;
  readonly imports: readonly { readonly specifier: string; readonly names: readonly string[] }[];
  /** Every text that the code could compare with or write: comments are none. */
  readonly literals: readonly string[];
  /** The texts of each list that is written out, and of each union of texts. */
  readonly lists: readonly (readonly string[])[];
}

function read(file: string): Source {
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const imports: { specifier: string; names: string[] }[] = [];
  const literals: string[] = [];
  const lists: string[][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const from = node.moduleSpecifier;
      if (from && ts.isStringLiteral(from)) imports.push({ specifier: from.text, names: namesOf(node) });
      return;
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [from] = node.arguments;
      if (from && ts.isStringLiteral(from)) imports.push({ specifier: from.text, names: [] });
    }
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateLiteralToken(node) ||
      ts.isRegularExpressionLiteral(node)
    ) {
      literals.push(node.text);
    }
    if (ts.isArrayLiteralExpression(node))
      lists.push(node.elements.filter(ts.isStringLiteralLike).map(({ text }) => text));
    if (ts.isUnionTypeNode(node)) lists.push(node.types.flatMap(textOfType));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const name = relative(SOURCE, file).split(sep).join('/');
  return { name, room: roomOf(name), imports, literals, lists };
}

const textOfType = (type: ts.TypeNode): string[] =>
  ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [];

/** The room of a path below `src`; `src/index.ts` is the library's. */
function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'library';
}

function namesOf(node: ts.ImportDeclaration | ts.ExportDeclaration): string[] {
  const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause;
  return bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings))
    ? bindings.elements.map((element) => (element.propertyName ?? element.name).text)
    : [];
}

const sources = sourceFiles(SOURCE).map(read);
const pure = sources.filter(({ room }) => rooms.pure.includes(room));

/** Where a relative import leads, below `src`; undefined for packages and for what stands outside. */
function target(source: Source, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = relative(SOURCE, resolve(dirname(join(SOURCE, source.name)), specifier))
    .split(sep)
    .join('/');
  return path.startsWith('..') ? undefined : path;
}

/** Each import that leads into another room. */
const crossings = sources.flatMap((source) =>
  source.imports.flatMap(({ specifier }) => {
    const path = target(source, specifier);
    return path === undefined || roomOf(path) === source.room ? [] : [{ source, path, room: roomOf(path) }];
  }),
);

const offending = (crossing: (typeof crossings)[number]) =>
  `${crossing.source.name} imports ${crossing.path}`;

describe('the rooms', () => {
  it('are the ones that the architecture names', () => {
    expect(sources.map(({ room }) => room).filter((room) => !(room in rooms.mayImport))).toEqual([]);
    expect(sources.length).toBeGreaterThan(10);
  });

  it('meet only at their doors', () => {
    const door = new RegExp(`^(?:[a-z]+/)?(?:(?:${rooms.innerDoors.join('|')})/)?index\\.ts$`);
    expect(crossings.filter(({ path }) => !door.test(path)).map(offending)).toEqual([]);
  });

  it('import one way', () => {
    const against = crossings.filter(({ source, room }) => !rooms.mayImport[source.room]?.includes(room));
    expect(against.map(offending)).toEqual([]);
  });

  it('leave Node to the command line, the Node host, the better-sqlite3 driver, and the codings that workerd has of it too', () => {
    const onEveryHost = sources.filter(
      ({ name }) => !rooms.nodeModules.some((folder) => name.startsWith(`${folder}/`)),
    );
    const node = /^node:|^(?:better-sqlite3|@hono\/node-server|cli-progress|commander)$/;
    const found = onEveryHost.flatMap(({ name, imports }) =>
      imports
        .filter(({ specifier }) => node.test(specifier))
        .map(({ specifier }) => `${name} imports ${specifier}`),
    );
    expect(found).toEqual([]);
  });

  it('take nothing of a library that stands on Node’s streams into a pure room', () => {
    const found = pure.flatMap(({ name, imports }) =>
      imports
        .filter(({ names }) => names.some((imported) => STREAMING_PARTS.includes(imported)))
        .map(({ specifier }) => `${name} imports ${specifier}`),
    );
    expect(found).toEqual([]);
  });
});

describe('one source for each fact', () => {
  const HOSTS = [
    'adlnet.gov/',
    'activitystrea.ms/',
    'w3id.org/xapi/',
    'id.tincanapi.com/',
    'purl.imsglobal.org/vocab/lis/',
    'purl.imsglobal.org/caliper/actions/',
    'profiles.adlnet.gov/',
    'xapi.com.au/',
    'risc-inc.com/',
    'openbadges.org/',
    'learninglocker.net/',
    'catalog.lrs.io/',
    'brindlewaye.com/',
    'curatr3.com/',
  ];

  /** IRIs that xAPI itself gives a meaning on the wire, whatever any table says. */
  const RESERVED: Readonly<Record<string, string>> = {
    'http://adlnet.gov/expapi/verbs/voided': 'makes an LRS void another statement (Data 2.3.2)',
    'http://adlnet.gov/expapi/attachments/signature': 'marks the signature of a signed statement (Data 2.6)',
  };

  /** The xAPI Profiles specification's own IRIs, which say what a profile is: no terms of any profile. */
  const PROFILES_SPECIFICATION = new Set([
    'https://w3id.org/xapi/profiles/context',
    'https://w3id.org/xapi/profiles#1.0',
  ]);

  /** Words of Caliper that xAPI, JSON-LD or the gateway's own records have, too. */
  const NAMED_ELSEWHERE = new Set([
    ...[
      'Agent',
      'Group',
      'Person',
      'id',
      'type',
      'name',
      'description',
      'actor',
      'object',
      'version',
      'status',
      'body',
    ],
    ...[
      'extensions',
      'member',
      'members',
      'category',
      'action',
      'profile',
      'metric',
      'identifier',
      'comment',
    ],
  ]);
  const EXAMPLES: Readonly<Record<string, string>> = {
    'gateway/node/greeting.ts': 'prints an event for people to send',
  };
  const OWN_LISTS: Readonly<Record<string, string>> = {
    'mappings/conversion.ts': 'the order in which members are written, for people who read them',
    'forward/secrets.ts':
      'where people write free text: a rule of redaction, which no model of Caliper states',
  };
  const isTermOfCaliper = (text: string) => !['property', undefined].includes(ontology.kind(text));

  it('keeps every verb, activity type and extension IRI out of TypeScript', () => {
    const found = sources.flatMap(({ name, literals }) =>
      literals
        .filter((text) => HOSTS.some((host) => text.replaceAll('\\/', '/').includes(host)))
        .filter((text) => !(text in RESERVED && name.startsWith('xapi/')))
        .filter((text) => !(PROFILES_SPECIFICATION.has(text) && name.includes('/export/')))
        .map((text) => `${name}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it('keeps every IRI that a vocabulary table maps out of TypeScript', () => {
    const mapped = new Set(tableIris());
    expect(mapped.size).toBeGreaterThan(100);
    const found = sources.flatMap(({ name, literals }) =>
      literals
        .filter((text) => mapped.has(text) && !(text in RESERVED && name.startsWith('xapi/')))
        .map((text) => `${name}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it('lists the terms of Caliper in the ontology alone', () => {
    const found = sources.flatMap(({ name, literals }) => {
      const terms = literals.filter((text) => isTermOfCaliper(text) && !NAMED_ELSEWHERE.has(text));
      return new Set(terms).size > 2 && !(name in EXAMPLES)
        ? [`${name}: ${[...new Set(terms)].join(', ')}`]
        : [];
    });
    expect(found).toEqual([]);
  });

  it('lists the properties of Caliper in the ontology alone', () => {
    const found = sources.flatMap(({ name, lists }) =>
      lists
        .map((list) => list.filter((text) => ontology.isProperty(text) && !NAMED_ELSEWHERE.has(text)))
        .filter((list) => list.length > 3 && !(name in OWN_LISTS))
        .map((list) => `${name}: ${list.join(', ')}`),
    );
    expect(found).toEqual([]);
  });

  it('lets the mapping engine know no Caliper event type', () => {
    const found = sources
      .filter(({ room }) => room === 'mappings')
      .flatMap(({ name, literals }) =>
        literals.filter((text) => /\b[A-Z][A-Za-z]+Event\b/.test(text)).map((text) => `${name}: ${text}`),
      );
    expect(found).toEqual([]);
  });
});

/** IRIs of the xAPI terms in the vocabulary tables. */
function tableIris(): string[] {
  const { actions, entityTypes, verbs, activityTypes, extensions, categories } = shippedTables();
  return [
    ...[...actions, ...verbs].map(({ verb }) => verb),
    ...[...entityTypes, ...activityTypes].map(({ activityType }) => activityType),
    ...extensions.map(({ extension }) => extension),
    ...categories.map(({ category }) => category),
  ].filter((iri) => iri !== '');
}
