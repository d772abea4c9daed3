import { isObject, isString, member, pointer, type JsonObject, type JsonValue } from '../../json/index.ts';
import { ontology } from '../../ontology/index.ts';
import { classOf, typeOf } from '../node.ts';
import { checkNestedContext } from './contexts.ts';
import { DEEPEST } from './depth.ts';
import { anyOf, told } from './report.ts';
import type { Scope } from './scope.ts';
import { checkValue, expectation } from './values.ts';

const KEYWORDS: Readonly<Record<string, string>> = { '@id': 'id', '@type': 'type' };

/** The member's name in the model: 1.0 writes the JSON-LD keywords. */
function nameOf(name: string): string {
  return Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name]! : name;
}

/** Checks an entity, or a part of one, that stands where instances of some classes may. */
export function checkEntity(node: JsonObject, path: string, range: readonly string[], scope: Scope): void {
  if (scope.depth >= DEEPEST) {
    scope.report.add(
      path,
      'caliper-depth',
      `entities nest deeper than ${DEEPEST} levels; refer to them by IRI`,
      true,
    );
    return;
  }
  const term = classOf(node);
  if (term !== undefined && !range.some((name) => ontology.isSubclass(term, name))) {
    const message = `an object of type ${term} cannot stand here; it must be ${anyOf(range)} or a subtype of it`;
    scope.report.add(path, 'caliper-range', message);
  }
  checkMembers(node, path, term ?? range[0] ?? 'Entity', { ...scope, depth: scope.depth + 1 });
}

/** Checks the type of a node and all of its members, as a class uses them. */
export function checkMembers(node: JsonObject, path: string, term: string, scope: Scope): void {
  const uses = ontology.uses(term, scope.version);
  const inner = checkNestedContext(node, path, scope);
  for (const [property, all] of uses) {
    if (!expectation(property, all, scope.action).isRequired || hasMember(node, property)) continue;
    const message = `${property} is missing; ${term} must have it`;
    inner.report.add(path, 'caliper-required', message, isNeeded(property, scope));
  }
  for (const [name, value] of Object.entries(node)) {
    if (value === undefined || name === '@context') continue;
    const before = inner.report.findings.length;
    checkMember(name, value, pointer(path, name), term, inner);
    if (isNeeded(nameOf(name), scope)) inner.report.makeFatal(before, pointer(path, name), nameOf(name));
  }
}

function isNeeded(property: string, { depth, unreadable }: Scope): boolean {
  return depth === 0 && unreadable.has(property);
}

function checkMember(name: string, value: JsonValue, path: string, term: string, scope: Scope): void {
  const property = nameOf(name);
  const uses = ontology.uses(term, scope.version).get(property);
  if (property !== name && scope.version !== '1.0') {
    scope.report.add(path, 'caliper-keyword', `${name} is written ${property} since Caliper 1.1`);
  }
  if (uses && property === 'type') checkType(value, path, scope);
  else if (uses) checkValue(value, path, expectation(property, uses, scope.action), scope, checkEntity);
  else checkUnknownMember(name, path, term, scope);
}

function hasMember(node: JsonObject, property: string): boolean {
  return Object.keys(node).some((name) => nameOf(name) === property && node[name] !== undefined);
}

function checkType(value: JsonValue, path: string, scope: Scope): void {
  const { report, version } = scope;
  if (value === null) {
    report.add(path, 'caliper-required', 'type is null; it must be a term of the model, such as Person');
  } else if (!isString(value)) {
    report.add(
      path,
      'caliper-type',
      `type is ${told(value)}; it must be one term of the model, such as Person`,
    );
  } else if (ontology.kind(value) === 'class') {
    if (!ontology.isIn(value, version))
      report.add(path, 'caliper-type', `Caliper ${version} has no type ${value}`);
  } else {
    checkTypeIri(value, path, scope);
  }
}

function checkTypeIri(value: string, path: string, { report, version, ownTerms, depth }: Scope): void {
  const term = ontology.classOf(value);
  if (term !== undefined) {
    if (version === '1.0') return;
    report.add(path, 'caliper-type', `type is ${told(value)}; since Caliper 1.1 it must be the term ${term}`);
  } else if (depth === 0 || !ownTerms.has(value)) {
    report.add(
      path,
      'caliper-unknown-type',
      `${told(value)} is no type of Caliper; use the nearest one, and extensions`,
    );
  }
}

function checkUnknownMember(
  name: string,
  path: string,
  term: string,
  { report, version, ownTerms }: Scope,
): void {
  if (ownTerms.has(name)) return;
  const isOther = ontology.isProperty(name)
    ? `Caliper ${version} does not give it to ${term}`
    : 'Caliper does not know it';
  const mend = ontology.uses(term, version).has('extensions') ? 'put it into extensions' : 'leave it out';
  report.add(path, 'caliper-member', `${term} cannot have the member ${told(name)}: ${isOther}; ${mend}`);
}

/** True for what an entity slot can hold at all: an IRI, or an object that says at least which one or of which type. */
export function isReadableEntity(value: JsonValue | undefined): boolean {
  if (isString(value)) return value !== '';
  return (
    isObject(value) && (typeOf(value) !== undefined || isString(member(value, 'id') ?? member(value, '@id')))
  );
}
