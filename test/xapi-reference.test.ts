import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../src/json/index.ts';
import { validateStatement, type XapiVersion } from '../src/xapi/index.ts';

const folder = fileURLToPath(new URL('../../shared/reference/xapi/', import.meta.url));
const present = existsSync(folder);
if (!present) console.warn(`skipped: the reference data of xAPI is not at ${folder}`);

const read = (path: string) => JSON.parse(readFileSync(`${folder}${path}`, 'utf8')) as JsonObject;

const MINIMAL: JsonObject = {
  actor: { mbox: 'mailto:learner@example.com' },
  verb: { id: 'http://example.com/verbs/tried' },
  object: { id: 'http://example.com/activities/1' },
};
const REFERENCE = { objectType: 'StatementRef', id: '8f87ccde-bb56-4c2e-ab83-44982ef22df0' };

/** Where a template of a folder stands in a statement. */
const PLACES: Record<string, (template: JsonObject) => JsonObject> = {
  activities: (object) => ({ ...MINIMAL, object }),
  agents: (actor) => ({ ...MINIMAL, actor }),
  contexts: (context) => ({ ...MINIMAL, context }),
  groups: (actor) => ({ ...MINIMAL, actor }),
  results: (result) => ({ ...MINIMAL, result }),
  statements: (statement) => statement,
  substatements: (object) => ({ ...MINIMAL, object }),
  verbs: (verb) => ({
    ...MINIMAL,
    verb,
    ...(JSON.stringify(verb['id'] ?? '').endsWith('/voided"') ? { object: REFERENCE } : {}),
  }),
};

/** Templates that lack something on purpose, and the rule that misses it. All others are whole. */
const LACKING: Record<string, string> = {
  'activities/description_invalid': 'xapi-language-tag',
  'activities/interaction_type_invalid_iri': 'xapi-interaction-type',
  'activities/interaction_type_invalid_numeric': 'xapi-type',
  'activities/interaction_type_invalid_object': 'xapi-type',
  'activities/interaction_type_invalid_string': 'xapi-interaction-type',
  'activities/name_invalid': 'xapi-language-tag',
  'activities/no_id': 'xapi-required',
  'activities/numeric_description': 'xapi-type',
  'activities/numeric_name': 'xapi-type',
  'activities/string_description': 'xapi-type',
  'activities/string_name': 'xapi-type',
  'agents/account_no_homepage': 'xapi-required',
  'agents/account_no_name': 'xapi-required',
  'contexts/instructor': 'xapi-agent-identifier',
  'contexts/invalid_activity': 'xapi-unknown-member',
  'contexts/team': 'xapi-anonymous-group-member',
  'groups/anonymous_no_member': 'xapi-anonymous-group-member',
  'groups/identified_account_no_homepage': 'xapi-required',
  'groups/identified_account_no_name': 'xapi-required',
  'statements/actor': 'xapi-agent-identifier',
  'statements/authority': 'xapi-agent-identifier',
  'statements/no_actor': 'xapi-required',
  'statements/no_object': 'xapi-required',
  'statements/no_verb': 'xapi-required',
  'statements/object_activity': 'xapi-required',
  'statements/object_actor': 'xapi-agent-identifier',
  'statements/object_statementref_no_id': 'xapi-required',
  'statements/object_substatement': 'xapi-required',
  'statements/verb': 'xapi-required',
  'substatements/activity': 'xapi-required',
  'substatements/activity_definition_description_invalid': 'xapi-language-tag',
  'substatements/activity_definition_name_invalid': 'xapi-language-tag',
  'substatements/actor': 'xapi-agent-identifier',
  'substatements/agent': 'xapi-agent-identifier',
  'substatements/context_invalid_language_map': 'xapi-language-tag',
  'substatements/group': 'xapi-anonymous-group-member',
  'substatements/interaction_component_invalid_language_map': 'xapi-language-tag',
  'substatements/no_actor': 'xapi-required',
  'substatements/no_object': 'xapi-required',
  'substatements/no_verb': 'xapi-required',
  'substatements/statementref_no_id': 'xapi-required',
  'substatements/verb': 'xapi-required',
  'substatements/verb_invalid': 'xapi-language-tag',
  'verbs/no_id': 'xapi-required',
};

const rulesBroken = (statement: JsonObject, version: XapiVersion) => [
  ...new Set(validateStatement(statement, { version }).map(({ rule }) => rule)),
];

describe.skipIf(!present)('published statements', () => {
  it('of the 1.0.3 specification are valid in 1.0 and in 2.0', () => {
    const examples = read('statements/xapi-1.0.3-spec-examples.json') as unknown as JsonObject[];
    expect(examples.length).toBeGreaterThan(5);
    for (const example of examples) {
      // one of the examples is a SubStatement on its own
      const statement = example['objectType'] === 'SubStatement' ? { ...MINIMAL, object: example } : example;
      expect(rulesBroken(statement, '1.0')).toEqual([]);
      expect(rulesBroken(statement, '2.0')).toEqual([]);
    }
  });

  const versions: [string, XapiVersion][] = [
    ['v1.0.3', '1.0'],
    ['v2.0', '2.0'],
  ];
  it.each(versions)(
    'in parts, of %s, are taken where they are whole and refused where they are not',
    (name, version) => {
      const seen = Object.entries(PLACES).flatMap(([kind, place]) =>
        readdirSync(`${folder}templates/${name}/${kind}`).map((file) => {
          const template = read(`templates/${name}/${kind}/${file}`);
          const broken = isObject(template) ? rulesBroken(place(template), version) : ['no object'];
          return [`${kind}/${file.replace('.json', '')}`, broken] as const;
        }),
      );
      const refused = Object.fromEntries(seen.filter(([, broken]) => broken.length > 0));
      const expected = Object.entries(LACKING).map(([path, rule]) => [path, [rule]]);
      expect(refused).toEqual(Object.fromEntries(expected));
      expect(seen.length).toBeGreaterThan(100);
    },
  );
});
