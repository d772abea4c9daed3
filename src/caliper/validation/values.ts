import { isObject, isString, pointer, type JsonObject, type JsonValue } from '../../json/index.ts';
import { holdsFor, ontology, type PropertyUse, type TermKind } from '../../ontology/index.ts';
import { isSilent } from '../versions/current.ts';
import { datatypes, isIdentifier } from './datatypes.ts';
import { anyOf, told, type CaliperRule } from './report.ts';
import type { Scope } from './scope.ts';

/** Checks one entity; handed in, since entities hold values and values hold entities. */
export type NodeCheck = (node: JsonObject, path: string, range: readonly string[], scope: Scope) => void;

/** What may stand in a member: the uses that hold for the event's action, taken together. */
export interface Expectation {
  readonly property: string;
  readonly classes: readonly string[];
  readonly datatypes: readonly string[];
  readonly kinds: readonly TermKind[];
  readonly isList: boolean;
  readonly isEmbedded: boolean;
  readonly isRequired: boolean;
}

const isTypeName = (name: string) => Object.hasOwn(datatypes, name);

/** Uses come from the ontology, which keeps them: what they come to is worked out once for each action that matters. */
const known = new WeakMap<readonly PropertyUse[], Map<string, Expectation>>();

/** Takes the uses of a property together. Where none holds for the action, any entity may stand there. */
export function expectation(property: string, uses: readonly PropertyUse[], action?: string): Expectation {
  const key = action !== undefined && uses.some(({ when }) => when?.includes(action)) ? action : '';
  const byAction = known.get(uses) ?? new Map<string, Expectation>();
  known.set(uses, byAction);
  const expected = byAction.get(key) ?? takenTogether(property, uses, key);
  byAction.set(key, expected);
  return expected;
}

function takenTogether(property: string, uses: readonly PropertyUse[], action: string): Expectation {
  const holding = uses.filter((use) => holdsFor(use, action));
  const range = [...new Set(holding.flatMap((use) => use.range))];
  return {
    property,
    classes: holding.length === 0 ? ['Entity'] : range.filter((name) => !name.includes(':')),
    datatypes: range.filter(isTypeName),
    kinds: range
      .filter((name) => name.startsWith('cw:') && !isTypeName(name))
      .map((name) => name.slice(3) as TermKind),
    isList: holding.some((use) => use.list),
    isEmbedded: holding.some((use) => use.embedded),
    isRequired: holding.some((use) => use.required),
  };
}

function right({ classes, kinds, datatypes: names, isEmbedded }: Expectation, scope: Scope): string {
  const entities = classes.length > 0 && !isEmbedded ? [...classes, 'the IRI of one'] : classes;
  const terms = kinds.map((kind) => anyOf(termsOf(kind, scope)));
  return anyOf([...entities, ...terms, ...names.map((name) => datatypes[name]!.expected)]);
}

/** The terms that may stand: of the actions only those that the event type allows. */
function termsOf(kind: TermKind, { version, actions }: Scope): readonly string[] {
  return kind === 'Action' && actions ? actions : ontology.terms(kind, version);
}

/** True for a term of a kind that may stand, in any spelling of the sources. 1.0 writes terms as IRIs. */
function isTerm(text: string, kind: TermKind, scope: Scope): boolean {
  const term = scope.version === '1.0' ? (ontology.termOf(text, kind) ?? text) : text;
  if (ontology.kind(term) !== kind) return false;
  const isKnown = kind !== 'Action' && ontology.isIn(term, scope.version);
  return isKnown || termsOf(kind, scope).includes(ontology.preferred(term));
}

function checkOne(
  value: JsonValue,
  path: string,
  expected: Expectation,
  scope: Scope,
  checkNode: NodeCheck,
): void {
  const { classes, kinds, property } = expected;
  if (isObject(value) && classes.length > 0) return checkNode(value, path, classes, scope);
  const isReference = isString(value) && classes.length > 0 && !expected.isEmbedded;
  if (isReference && isIdentifier(value)) return;
  if (isString(value) && kinds.some((kind) => isTerm(value, kind, scope))) return;
  if (expected.datatypes.some((name) => datatypes[name]!.has(value))) return;
  scope.report.add(
    path,
    ruleFor(value, expected),
    `${property} is ${told(value)}; it must be ${right(expected, scope)}`,
  );
}

function ruleFor(value: JsonValue, { classes, kinds, datatypes: names }: Expectation): CaliperRule {
  if (kinds.includes('Action')) return 'caliper-action';
  if (kinds.length > 0) return 'caliper-term';
  if (names.includes('cw:UuidUrn')) return 'caliper-event-id';
  if (names.includes('xsd:anyURI') || (isString(value) && classes.length > 0)) return 'caliper-iri';
  return classes.length > 0 ? 'caliper-range' : 'caliper-datatype';
}

/** True where the value MUST be an entity or in a format. */
export function hasFormat({ classes, datatypes: names }: Expectation): boolean {
  return classes.length > 0 || names.includes('xsd:dateTime') || names.includes('xsd:duration');
}

/**
 * Null SHOULD be left out, so it may stand, but not where the value MUST be an entity or in a format (Caliper 1.2,
 * Entity). 1.0 writes every member, empty or not.
 */
function maySayNothing(value: JsonValue, expected: Expectation, scope: Scope): boolean {
  if (expected.isRequired || !isSilent(value, scope.version)) return false;
  return scope.version === '1.0' || !hasFormat(expected);
}

/** Checks what stands in a member against what may. */
export function checkValue(
  value: JsonValue,
  path: string,
  expected: Expectation,
  scope: Scope,
  checkNode: NodeCheck,
): void {
  if (maySayNothing(value, expected, scope)) return;
  if (value === null && expected.isRequired) {
    scope.report.add(
      path,
      'caliper-required',
      `${expected.property} is null; it must be ${right(expected, scope)}`,
    );
  } else if (Array.isArray(value) && expected.isList) {
    value.forEach((item, index) => checkOne(item, pointer(path, index), expected, scope, checkNode));
  } else if (expected.isList) {
    const item = right(expected, scope);
    scope.report.add(
      path,
      'caliper-list',
      `${expected.property} is ${told(value)}; it must be a list, each item ${item}`,
    );
  } else {
    checkOne(value, path, expected, scope, checkNode);
  }
}
