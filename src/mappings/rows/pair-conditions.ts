import { isObject, member, type JsonValue } from '../../json/index.ts';
import type { Ontology } from '../../ontology/index.ts';
import type { Entities } from '../entities.ts';
import { IRI, isIri } from '../iris.ts';
import type { State } from '../state.ts';
import type { Vocabulary } from '../vocabulary.types.ts';
import { caliperPath, splitPath } from './caliper-path.ts';
import type { Condition, ConditionLanguage, Operand } from './condition.ts';
import { compilePlace } from './place.ts';

const STATEMENT_ROOTS = new Set([
  'statement',
  'verb',
  'result',
  'context',
  'timestamp',
  'parent',
  'grouping',
  'category',
  'other',
]);

/** What a structure row's `when` may speak about: paths of the event, and paths of the statement by their first word. */
export function pairLanguage(
  vocabulary: Vocabulary,
  entities: Entities,
  ontology: Ontology,
): ConditionLanguage<State> {
  const isSubclass = (term: string, ancestor: string) => ontology.isSubclass(term, ancestor);
  const entityIs = (value: JsonValue | undefined, className: string) => {
    const type = isObject(value) ? member(value, 'type') : undefined;
    return typeof type === 'string' && isSubclass(type, className);
  };

  function statementOperand(path: string): Operand<State> | undefined {
    const place = compilePlace(path, (activity) => entities.classOf(activity), isSubclass);
    if (!place) return undefined;
    const value = (state: State) => place.present(state);
    return {
      value,
      is(state, className) {
        const found = value(state);
        const type = isObject(found) ? entities.classOf(found) : undefined;
        return type !== undefined && isSubclass(type, className);
      },
    };
  }

  function operand(path: string): Operand<State> | undefined {
    const first = splitPath(path)?.[0];
    if (first === undefined) return undefined;
    if (STATEMENT_ROOTS.has(first)) return statementOperand(path);
    const compiled = caliperPath(path);
    if (!compiled) return undefined;
    return {
      value: (state) => compiled.read(state.event),
      is: (state, className) => entityIs(compiled.read(state.event), className),
    };
  }

  const isActivity = (object: JsonValue | undefined): boolean => {
    if (!isObject(object)) return object !== undefined;
    const extensions = member(object, 'extensions');
    const marked = isObject(extensions) && (IRI.subStatement in extensions || IRI.objectType in extensions);
    const type = member(object, 'type');
    return !marked && !(typeof type === 'string' && vocabulary.objectForm(type) !== undefined);
  };

  const phrases: Record<string, Condition<State>> = {
    'object is an Activity': ({ event }) => isActivity(event['object']),
    'object is no Activity': ({ event }) => event['object'] !== undefined && !isActivity(event['object']),
    // the version of a statement that is read does not matter: what it has is read
    '1.0': ({ direction, target }) => direction === 'x2c' || target === '1.0',
    '2.0': ({ direction, target }) => direction === 'x2c' || target === '2.0',
    'target 1.0': ({ direction, target }) => direction === 'x2c' && target === '1.0',
    'origin caliper': ({ origin }) => origin === 'caliper',
    'origin xapi': ({ origin }) => origin === 'xapi',
  };

  return {
    operand,
    phrase(words) {
      if (Object.hasOwn(phrases, words)) return phrases[words];
      const iriPath = /^(\S+) is iri$/.exec(words)?.[1];
      const path = iriPath === undefined ? undefined : operand(iriPath);
      if (!path) return undefined;
      return (state) => {
        const value = path.value(state);
        return typeof value === 'string' && isIri(value);
      };
    },
  };
}
