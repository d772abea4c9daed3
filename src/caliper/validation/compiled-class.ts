import { isObject, isString, member, type JsonObject, type JsonValue } from '../../json/index.ts';
import { ontology, type CaliperVersion, type PropertyUse, type TermKind } from '../../ontology/index.ts';
import { datatypes, isIdentifier } from './datatypes.ts';
import { DEEPEST } from './depth.ts';
import { expectation, hasFormat, type Expectation } from './values.ts';

/** True where a value keeps the rules of its place. Allocates nothing. */
type Keeps = (value: JsonValue, depth: number) => boolean;

interface CompiledMember {
  readonly keeps: Keeps;
  readonly isRequired: boolean;
}

interface CompiledClass {
  readonly members: ReadonlyMap<string, CompiledMember>;
  /** How many members an instance must have. */
  readonly required: number;
}

/** Kinds of a value that may stand in a place, each a test of its own. */
function oneOf(tests: readonly Keeps[]): Keeps {
  const [first, second, ...others] = tests;
  if (!first) return () => false;
  if (!second) return first;
  const rest = oneOf([second, ...others]);
  return (value, depth) => first(value, depth) || rest(value, depth);
}

/**
 * The classes of a version as they are used in events of one type and action, compiled to closures when first met. What a
 * class says may depend on the action; those that do not are compiled once for all actions of the version.
 */
export class CompiledClasses {
  readonly #version: CaliperVersion;
  readonly #action: string | undefined;
  readonly #actions: readonly string[];
  readonly #independent: Map<string, CompiledClass>;
  readonly #dependent = new Map<string, CompiledClass>();

  /** `independent` is shared by all that have the version. */
  constructor(
    version: CaliperVersion,
    independent: Map<string, CompiledClass>,
    event?: { readonly action: string; readonly actions: readonly string[] },
  ) {
    this.#version = version;
    this.#independent = independent;
    this.#action = event?.action;
    this.#actions = event?.actions ?? ontology.terms('Action', version);
  }

  /** True where a record of a class, whose context has been checked, keeps every rule with all that is in it. */
  keeps(record: JsonObject, term: string): boolean {
    return this.#keeps(record, term, 0);
  }

  #keeps(node: JsonObject, term: string, depth: number): boolean {
    if (depth > DEEPEST) return false;
    const { members, required } = this.#class(term);
    let left = required;
    for (const name in node) {
      const value = node[name];
      if (name === '@context') {
        if (depth === 0 || bringsNothing(value)) continue;
        return false;
      }
      const known = members.get(name);
      if (known === undefined || value === undefined || !known.keeps(value, depth)) return false;
      if (known.isRequired) left -= 1;
    }
    return left === 0;
  }

  #class(term: string): CompiledClass {
    return this.#independent.get(term) ?? this.#dependent.get(term) ?? this.#compiled(term);
  }

  #compiled(term: string): CompiledClass {
    const uses = ontology.uses(term, this.#version);
    const members = new Map([...uses].map(([property, all]) => [property, this.#member(property, all)]));
    const required = [...members.values()].filter(({ isRequired }) => isRequired).length;
    const isDependent = [...uses.values()].flat().some((use) => use.when || use.range.includes('cw:Action'));
    (isDependent ? this.#dependent : this.#independent).set(term, { members, required });
    return { members, required };
  }

  #member(property: string, uses: readonly PropertyUse[]): CompiledMember {
    const expected = expectation(property, uses, this.#action);
    const { isRequired } = expected;
    const one = property === 'type' ? this.#isType() : this.#one(expected);
    const value = expected.isList && property !== 'type' ? listOf(one) : one;
    const mayBeNull = property !== 'type' && !isRequired && !hasFormat(expected);
    const keeps: Keeps = mayBeNull ? (given, depth) => given === null || value(given, depth) : value;
    return { keeps, isRequired };
  }

  #one({ classes, kinds, datatypes: names, isEmbedded }: Expectation): Keeps {
    const tests: Keeps[] = [];
    if (classes.length > 0) {
      const node = this.#node(classes);
      tests.push((value, depth) => isObject(value) && node(value, depth));
      if (!isEmbedded) tests.push((value) => isString(value) && isIdentifier(value));
    }
    for (const kind of kinds) tests.push(this.#isTerm(kind));
    const plain = names.map((name) => datatypes[name]!);
    // an object in a place for entities is one, whatever else might stand there
    const isData: Keeps = (value) => plain.some((datatype) => datatype.has(value));
    if (plain.length > 0) {
      tests.push(classes.length > 0 ? (value, depth) => !isObject(value) && isData(value, depth) : isData);
    }
    return oneOf(tests);
  }

  /** A node of a class, or of one below it, whose type is a term of the model. */
  #node(range: readonly string[]): (node: JsonObject, depth: number) => boolean {
    const fitting = new Map<string, string>();
    const termOf = (type: string): string | undefined => {
      if (ontology.kind(type) !== 'class') return undefined;
      const term = ontology.preferred(type);
      if (!range.some((name) => ontology.isSubclass(term, name))) return undefined;
      // kept by what the model has only: senders cannot make it grow
      fitting.set(type, term);
      return term;
    };
    return (node, depth) => {
      const type = member(node, 'type');
      if (!isString(type)) return false;
      const term = fitting.get(type) ?? termOf(type);
      return term !== undefined && this.#keeps(node, term, depth + 1);
    };
  }

  #isType(): Keeps {
    return this.#known((text) => ontology.kind(text) === 'class' && ontology.isIn(text, this.#version));
  }

  #isTerm(kind: TermKind): Keeps {
    const allowed = kind === 'Action' ? this.#actions : ontology.terms(kind, this.#version);
    return this.#known((text) => {
      if (ontology.kind(text) !== kind) return false;
      const isKnown = kind !== 'Action' && ontology.isIn(text, this.#version);
      return isKnown || allowed.includes(ontology.preferred(text));
    });
  }

  /** A test of texts that remembers those that pass it: they are terms of the model, and no more than those. */
  #known(test: (text: string) => boolean): Keeps {
    const passed = new Set<string>();
    return (value) => {
      if (!isString(value)) return false;
      if (passed.has(value)) return true;
      const passes = test(value);
      if (passes) passed.add(value);
      return passes;
    };
  }
}

/** True for a context within a record that names Caliper's own again, as some senders write with each entity. */
function bringsNothing(context: JsonValue | undefined): boolean {
  return isString(context) && ontology.isPublishedContext(context);
}

function listOf(one: Keeps): Keeps {
  return (value, depth) => {
    if (!Array.isArray(value)) return false;
    for (const item of value) if (!one(item, depth)) return false;
    return true;
  };
}

export type { CompiledClass };
