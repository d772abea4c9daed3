import { isObject, type JsonObject } from '../../json/index.ts';
import { languageMap } from '../formats/language.ts';
import { shown, type Check, type Report } from '../report.ts';
import { checkShape, has, listOf, shape, text } from '../shape.ts';

/** The interaction types and the component lists that each supports (Data 2.4.4.1, Interaction Components). */
const COMPONENT_LISTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['true-false', []],
  ['choice', ['choices']],
  ['fill-in', []],
  ['long-fill-in', []],
  ['matching', ['source', 'target']],
  ['performance', ['steps']],
  ['sequencing', ['choices']],
  ['likert', ['scale']],
  ['numeric', []],
  ['other', []],
]);

const COMPONENT = shape('an interaction component', { id: text, description: languageMap }, ['id']);
const component: Check = (value, path, report) => {
  checkShape(value, path, report, COMPONENT);
};
const eachComponent = listOf(component, 'interaction components');

const components: Check = (value, path, report) => {
  eachComponent(value, path, report);
  if (!Array.isArray(value)) return;
  const seen = new Set<string>();
  value.forEach((item, at) => {
    const id = isObject(item) ? item['id'] : undefined;
    if (typeof id !== 'string') return;
    if (seen.has(id)) {
      report.say(
        `${path}/${at}/id`,
        'xapi-interaction-component-id',
        `${shown(id)} stands twice in the list; ids of its components are distinct`,
      );
    }
    seen.add(id);
  });
};

const interactionType: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'an interaction type');
  if (!COMPONENT_LISTS.has(value)) {
    const known = [...COMPONENT_LISTS.keys()].join(', ');
    report.say(path, 'xapi-interaction-type', `${shown(value)} is no interaction type; there are ${known}`);
  }
};

const componentLists = {
  choices: components,
  scale: components,
  source: components,
  target: components,
  steps: components,
};

/**
 * The members of an interaction. Response patterns are free strings here: their delimiters depend on conventions
 * that an LRS may check and need not (Data 2.4.4.1).
 */
export const interactionMembers = {
  interactionType,
  correctResponsesPattern: listOf(text, 'response patterns'),
  ...componentLists,
};

const LISTS = Object.keys(componentLists);

/** Says where an interaction lacks its type, or has a component list that its type does not support. */
export function checkInteraction(definition: JsonObject, path: string, report: Report): void {
  const type = definition['interactionType'];
  const lists = LISTS.filter((name) => has(definition, name));
  if (type === undefined) {
    if (lists.length === 0 && !has(definition, 'correctResponsesPattern')) return;
    report.say(
      path,
      'xapi-interaction-type',
      'a definition with a response pattern or components needs "interactionType"',
    );
    return;
  }
  const supported = typeof type === 'string' ? COMPONENT_LISTS.get(type) : undefined;
  for (const name of lists) {
    if (supported && !supported.includes(name)) {
      report.say(
        `${path}/${name}`,
        'xapi-interaction-components',
        `${shown(type)} has no "${name}"; it supports ${supported.join(' and ') || 'no components'}`,
      );
    }
  }
}
