import { isObject, member, textOf, type JsonObject, type JsonValue } from '../json/index.ts';
import type { Ontology } from '../ontology/index.ts';
import { decodeUnit, encodeUnit } from './identifiers.ts';
import { IRI, PREFIX } from './iris.ts';
import { splitPath } from './rows/caliper-path.ts';
import { compileCondition, type ConditionLanguage } from './rows/condition.ts';
import type { ActionRow, AliasRow, TableSet, VerbRow } from './tables/index.ts';
import type {
  EventAction,
  EventMatch,
  TermMatch,
  VerbMatch,
  VerbSituation,
  Vocabulary,
} from './vocabulary.types.ts';

/** Compiles the vocabulary tables for look-up. Rows of one term keep their order: the first that fits serves. */
export function compileVocabulary(tables: TableSet, ontology: Ontology): Vocabulary {
  const { defaults } = tables;
  const actions = groupBy(tables.actions, (row) => `${row.event}/${row.action}`, compileAction(ontology));
  const actionsByVerb = groupBy(
    tables.actions,
    (row) => `${row.event} ${row.verb}`,
    (row) => row,
  );
  const verbs = groupBy(
    tables.verbs.filter(({ sameAs }) => sameAs === undefined),
    (row) => row.verb,
    compileVerb(ontology),
  );
  const sameVerb = new Map(
    tables.verbs.flatMap(({ verb, sameAs }) => (sameAs === undefined ? [] : [[verb, sameAs]])),
  );
  const entityTypes = new Map(tables.entityTypes.map((row) => [row.type, row]));
  const activityTypes = new Map(tables.activityTypes.map((row) => [row.activityType, row]));
  const categories = new Map(
    tables.profiles.filter(({ echo }) => !echo).map((row) => [row.profile, row.category]),
  );
  const profiles = new Map([
    ...[...categories].map(([profile, category]) => [category, profile] as const),
    ...tables.categories.flatMap(({ category, profile }) =>
      profile === undefined ? [] : [[category, profile] as const],
    ),
  ]);
  const displays = new Map([
    ...tables.verbs.map(({ verb, subjectLabel }) => [verb, subjectLabel] as const),
    ...tables.actions.map(({ verb, display }) => [verb, display] as const),
  ]);
  const echoes = tables.profiles
    .filter(({ echo }) => echo)
    .map((row) => ({ row, when: compileCondition(row.when, eventLanguage(ontology)) }));
  const spelling = compileAliases(tables.aliases);
  const canonicalVerb = (verb: string) => {
    const spelled = spelling('verb', verb);
    return sameVerb.get(spelled) ?? spelled;
  };

  function verbFor(event: JsonObject): VerbMatch {
    const type = textOf(event, 'type');
    const action = spelling('action', textOf(event, 'action'));
    const own = actions.get(`${type}/${action}`)?.find(({ when }) => when(event));
    const found = own ?? actions.get(`${defaults.event}/${action}`)?.find(({ when }) => when(event));
    if (found) {
      const { verb, display, relation, row } = found.row;
      return { verb, display, relation, row, fallback: own === undefined };
    }
    const verb = PREFIX.action + encodeUnit(action);
    return { verb, display: action, relation: 'noTerm', row: 'T-ACT:*', fallback: true };
  }

  const writes = ({ type, action }: EventAction, verb: string) =>
    (actions.get(`${type}/${action}`) ?? actions.get(`${defaults.event}/${action}`) ?? []).some(
      ({ row }) => row.verb === canonicalVerb(verb),
    ) || verb === PREFIX.action + encodeUnit(action);

  const rowsOf = (verb: string) => verbs.get(canonicalVerb(verb)) ?? [];

  function eventFor(verb: string, situation: VerbSituation): EventMatch | undefined {
    const own = rowsOf(verb).find(({ when }) => when(situation));
    if (own) return eventMatch(own.row);
    const action = actionOfIri(verb);
    if (action === undefined) return undefined;
    return { type: defaults.event, action, relation: 'exactMatch', row: 'T-VRB:*', fallback: false };
  }

  function actionFor(verb: string, type: string, situation: VerbSituation): EventMatch | undefined {
    const own = rowsOf(verb).find(({ row, when }) => row.event === type && when(situation));
    if (own) return eventMatch(own.row);
    const unmapped = actionOfIri(verb);
    if (unmapped !== undefined)
      return { type, action: unmapped, relation: 'exactMatch', row: 'T-VRB:*', fallback: false };
    const canonical = canonicalVerb(verb);
    const candidates = actionsByVerb.get(`${type} ${canonical}`) ?? [];
    const [only] = candidates;
    if (!only || candidates.some(({ action }) => action !== only.action)) return undefined;
    return { type, action: only.action, relation: only.relation, row: only.row, fallback: false };
  }

  function activityType(className: string): TermMatch {
    const term = spelling('entity', className);
    for (const candidate of [term, ...ontology.ancestors(term)]) {
      const row = entityTypes.get(candidate);
      if (row) {
        return { term: row.activityType, relation: row.relation, row: row.row, fallback: candidate !== term };
      }
    }
    return { term: ontology.iri(term) ?? term, relation: 'noTerm', row: 'T-ENT:*', fallback: true };
  }

  function classOf(activityType: string): TermMatch {
    const spelled = spelling('type', activityType);
    const row = activityTypes.get(spelled);
    if (row) return { term: row.type, relation: row.relation, row: row.row, fallback: false };
    const own = ontology.classOf(spelled);
    if (own !== undefined && ontology.isEntityType(own)) {
      return { term: own, relation: 'exactMatch', row: 'T-TYP:*', fallback: false };
    }
    return { term: defaults.entity, relation: 'noTerm', row: 'T-TYP:*', fallback: true };
  }

  const entityRow = (className: string) =>
    [className, ...ontology.ancestors(className)]
      .map((name) => entityTypes.get(name))
      .find((row) => row !== undefined);

  return {
    verbFor,
    displayOf: (verb) => displays.get(spelling('verb', verb)),
    writes,
    eventFor,
    actionFor,
    activityType,
    classOf,
    spelling,
    standIn: (verb) => ({
      type: defaults.event,
      action: defaults.action,
      relation: 'noTerm',
      row: `T-VRB:${verb}`,
      fallback: true,
    }),
    agentForm: (className) => entityRow(className)?.agent,
    objectForm(className) {
      const form = entityRow(className)?.asObject;
      return form === 'Activity' ? undefined : form;
    },
    profileCategory: (profile) => categories.get(spelling('profile', profile)),
    profileOf: (category) => profiles.get(category),
    profileEchoes: (event) =>
      echoes
        .filter(({ row, when }) => (row.event === '' || row.event === event['type']) && when(event))
        .map(({ row }) => row.category),
  };
}

/** The action of a verb that is Caliper's own action IRI. */
function actionOfIri(verb: string): string | undefined {
  return verb.startsWith(PREFIX.action) ? decodeUnit(verb.slice(PREFIX.action.length)) : undefined;
}

function eventMatch(row: VerbRow): EventMatch {
  return { type: row.event, action: row.action, relation: row.relation, row: row.row, fallback: false };
}

function groupBy<Row, Compiled>(
  rows: readonly Row[],
  key: (row: Row) => string,
  compile: (row: Row) => Compiled,
): Map<string, Compiled[]> {
  const groups = new Map<string, Compiled[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(compile(row));
    else groups.set(key(row), [compile(row)]);
  }
  return groups;
}

/** A term's other spellings, by kind: exact ones first, then the longest prefix. */
function compileAliases(rows: readonly AliasRow[]): (kind: string, text: string) => string {
  const kinds = new Map<string, { exact: Map<string, string>; prefixes: AliasRow[] }>();
  for (const row of rows) {
    const group = kinds.get(row.kind) ?? { exact: new Map<string, string>(), prefixes: [] };
    kinds.set(row.kind, group);
    if (row.match === 'exact') group.exact.set(row.read, row.means);
    else group.prefixes.push(row);
  }
  for (const { prefixes } of kinds.values()) prefixes.sort((a, b) => b.read.length - a.read.length);
  return (kind, text) => {
    const group = kinds.get(kind);
    const known = group?.exact.get(text);
    if (known !== undefined || !group) return known ?? text;
    const prefix = group.prefixes.find(({ read }) => text.startsWith(read));
    return prefix ? prefix.means + text.slice(prefix.read.length) : text;
  };
}

function read(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let inner = value;
  for (const step of path) inner = isObject(inner) ? member(inner, step) : undefined;
  return inner;
}

const plainSteps = (path: string) =>
  splitPath(path)?.map((step) => (step.startsWith('[') ? step.slice(1, -1) : step));

/** What a condition of an action row may speak about: the event. */
export function eventLanguage(ontology: Ontology): ConditionLanguage<JsonObject> {
  return {
    phrase: () => undefined,
    operand(path) {
      const steps = plainSteps(path);
      if (!steps) return undefined;
      return {
        value: (event) => read(event, steps),
        is(event, className) {
          const type = read(event, [...steps, 'type']);
          return typeof type === 'string' && ontology.isSubclass(type, className);
        },
      };
    },
  };
}

const compileAction = (ontology: Ontology) => (row: ActionRow) => ({
  row,
  when: compileCondition(row.when, eventLanguage(ontology)),
});

const compileVerb = (ontology: Ontology) => (row: VerbRow) => ({
  row,
  when: compileCondition(row.when, statementLanguage(ontology)),
});

/** What a condition of a verb row may speak about: the statement, with `object` for the class of its object. */
export function statementLanguage(ontology: Ontology): ConditionLanguage<VerbSituation> {
  return {
    phrase: (words) => {
      const version = /^target (1\.\d)$/.exec(words)?.[1];
      return version === undefined ? undefined : ({ target }) => target === version;
    },
    operand(path) {
      const steps = plainSteps(path);
      if (!steps) return undefined;
      const [first, key] = steps;
      const value: (statement: JsonObject) => JsonValue | undefined =
        first === 'ext' && key !== undefined
          ? (statement) => extension(statement, key)
          : (statement) => read(statement, steps);
      return {
        value: ({ statement }) => value(statement),
        is: ({ objectClass }, className) => path === 'object' && ontology.isSubclass(objectClass, className),
      };
    },
  };
}

/** An extension of the statement's result or context, by its IRI. */
function extension(statement: JsonObject, key: string): JsonValue | undefined {
  return read(statement, ['result', 'extensions', key]) ?? read(statement, ['context', 'extensions', key]);
}

/** The hint that an extensions map holds, as text. */
export function hint(extensions: JsonValue | undefined, name: keyof typeof IRI): string | undefined {
  const value = isObject(extensions) ? member(extensions, IRI[name]) : undefined;
  return typeof value === 'string' ? value : undefined;
}
