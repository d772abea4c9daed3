import type { Ontology } from '../../../ontology/index.ts';
import { compileEngine, type RowFault } from '../../engine.ts';
import { caliperPath } from '../../rows/caliper-path.ts';
import { kindAt, propertyValues, type JsonKind, type PropertyValues } from '../../rows/json-kind.ts';
import { rowFinding } from '../../tables/check/row-finding.ts';
import type { StructureRow, TableCode, TableFinding, TableSet } from '../../tables/index.ts';
import { SIGNATURES, type Signature, type WordKind } from '../../transforms/signatures.ts';

/**
 * Rows that the engine cannot run. Of `structure.tsv`: paths, conditions, directions, transforms and their words, and
 * transforms whose values do not fit the places on either side; of `identity.tsv`: templates by which a text could be read in several
 * ways.
 */
export function checkFields(tables: TableSet, ontology: Ontology): TableFinding[] {
  const values = propertyValues(ontology);
  const transforms = tables.eventFields.flatMap((row) => transformFindings(row, ontology));
  const misspelt = new Set(transforms.map(({ line }) => line));
  const rest = tables.eventFields.filter(({ at }) => !misspelt.has(at.line));
  const { faults } = compileEngine({ ...tables, eventFields: rest }, ontology);
  return [...transforms, ...faults.map(faultFinding), ...rest.flatMap((row) => kindFindings(row, values))];
}

const PARTED =
  'put a text between the two that one of them cannot hold: {name} holds no /, ? or #, {type} letters only';

const CODES: Partial<Record<string, readonly [TableCode, string]>> = {
  event: ['term-unknown', 'name event types, parted by spaces'],
  caliper_path: ['path', 'write a dotted path into the event, or - for none'],
  xapi_path: ['path', 'write a dotted path into the statement, or - for none'],
  transform: ['transform', 'name one of the transforms of section 5 of mappings/README.md'],
  when: ['condition', 'write tests as section 4 of mappings/README.md has them'],
  direction: ['cell-value', 'write c2x, x2c, echo, or nothing for both'],
  caliper_iri: ['template', PARTED],
  home_page: ['template', PARTED],
  name: ['template', PARTED],
};

function faultFinding({ row, column, message }: RowFault): TableFinding {
  const [code, mend] = CODES[column] ?? ['cell-value', 'mend the cell'];
  return rowFinding(row, column, code, message, mend);
}

/** The name and the words of a `transform` cell. */
export function transformOf(cell: string): { readonly name: string; readonly words: readonly string[] } {
  const [, name = cell, inner = ''] = /^([^(]*)(?:\(([^)]*)\))?$/.exec(cell) ?? [];
  return { name, words: inner.split(/\s+/).filter((word) => word !== '') };
}

function signatureOf(row: StructureRow): Signature | undefined {
  const { name } = transformOf(row.transform);
  return Object.hasOwn(SIGNATURES, name) ? SIGNATURES[name] : undefined;
}

function transformFindings(row: StructureRow, ontology: Ontology): TableFinding[] {
  const signature = signatureOf(row);
  if (!signature) {
    const mend = `name one of ${Object.keys(SIGNATURES).join(', ')}`;
    return [rowFinding(row, 'transform', 'transform', `no transform «${row.transform}»`, mend)];
  }
  const { name, words } = transformOf(row.transform);
  const least = signature.words.filter((kind) => !kind.endsWith('?')).length;
  if (words.length < least || words.length > signature.words.length) {
    const found = `${name} with ${words.length} words in its parentheses`;
    return [rowFinding(row, 'transform', 'transform', found, `write ${shapeOf(name, signature.words)}`)];
  }
  return words.flatMap((word, at) => wordFindings(row, word, signature.words[at] ?? 'value', ontology));
}

const shapeOf = (name: string, kinds: readonly WordKind[]) =>
  kinds.length === 0 ? name : `${name}(${kinds.map((kind) => WORDS[kind]).join(' ')})`;

const WORDS: Readonly<Record<WordKind, string>> = {
  value: 'value',
  name: 'name',
  class: 'Class',
  'class?': '[Class]',
  path: 'path',
  property: 'property',
};

function wordFindings(row: StructureRow, word: string, kind: WordKind, ontology: Ontology): TableFinding[] {
  const wrong = (found: string, mend: string) => [rowFinding(row, 'transform', 'term-unknown', found, mend)];
  if (kind.startsWith('class') && !ontology.isEntityType(word)) {
    return wrong(`no Caliper entity type «${word}»`, 'name an entity type');
  }
  if (kind === 'property' && !ontology.isProperty(word)) {
    return wrong(`no Caliper property «${word}»`, 'name a property');
  }
  if (kind === 'path' && caliperPath(word) === undefined) {
    return [
      rowFinding(row, 'transform', 'path', `«${word}» is no path`, 'write a dotted path into the event'),
    ];
  }
  return [];
}

function kindFindings(
  row: StructureRow,
  values: (property: string) => PropertyValues | undefined,
): TableFinding[] {
  const signature = signatureOf(row);
  if (!signature) return [];
  return [...takenFindings(row, signature, values), ...givenFindings(row, signature, values)];
}

const typeFinding = (row: StructureRow, found: string, mend: string) =>
  rowFinding(row, 'transform', 'transform-type', found, mend);

function takenFindings(
  row: StructureRow,
  { takes, datatype }: Signature,
  values: (property: string) => PropertyValues | undefined,
): TableFinding[] {
  const isNothing = row.caliperPath === '-';
  if (takes?.length === 0) {
    if (isNothing) return [];
    return [typeFinding(row, `${row.transform} reads nothing`, 'write - as caliper_path')];
  }
  if (isNothing) return [typeFinding(row, `${row.transform} needs a value`, 'name a path as caliper_path')];
  const held = valuesAt(row.caliperPath, values);
  if (!held || !takes) return [];
  const fits = takes.some((kind) => held.kinds.has(kind));
  const isDatatype = datatype === undefined || held.datatypes.has(`xsd:${datatype}`);
  if (fits && isDatatype) return [];
  const wanted = isDatatype ? orList(takes) : `a ${datatype}`;
  const found = `${row.transform} takes ${wanted}, and ${row.caliperPath} holds ${orList([...held.kinds])}`;
  return [typeFinding(row, found, 'choose a transform that takes what stands there, or copy')];
}

function givenFindings(
  row: StructureRow,
  signature: Signature,
  values: (property: string) => PropertyValues | undefined,
): TableFinding[] {
  const isNothing = row.xapiPath === '-';
  if (signature.gives?.length === 0) {
    if (isNothing) return [];
    return [typeFinding(row, `${row.transform} writes nothing`, 'write - as xapi_path')];
  }
  if (isNothing)
    return [typeFinding(row, `${row.transform} has no place to write to`, 'name a place as xapi_path')];
  const wanted = kindAt(row.xapiPath);
  const given = givenKinds(row, signature, values);
  if (wanted === undefined || !given || given.includes(wanted)) return [];
  const found = `${row.transform} gives ${orList(given)}, and ${row.xapiPath} holds ${orList([wanted])}`;
  return [typeFinding(row, found, 'choose a transform that gives what xAPI has there, or another place')];
}

function givenKinds(
  row: StructureRow,
  { gives }: Signature,
  values: (property: string) => PropertyValues | undefined,
): readonly JsonKind[] | undefined {
  const { name, words } = transformOf(row.transform);
  if (name === 'const') return [words[0] === 'true' || words[0] === 'false' ? 'boolean' : 'string'];
  if (gives) return gives;
  const held = valuesAt(row.caliperPath, values);
  return held && [...held.kinds];
}

/** What the last property of a path may hold; undefined where it is a key of a map or nobody knows. */
function valuesAt(
  path: string,
  values: (property: string) => PropertyValues | undefined,
): PropertyValues | undefined {
  const last = /(?:^|\.)([A-Za-z]+)$/.exec(path)?.[1];
  return last === undefined ? undefined : values(last);
}

const NAMES: Readonly<Record<JsonKind, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  list: 'a list',
};

const orList = (kinds: readonly JsonKind[]) => kinds.map((kind) => NAMES[kind]).join(' or ');
