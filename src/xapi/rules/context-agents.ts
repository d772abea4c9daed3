import { iri } from '../formats/iri.ts';
import type { Check } from '../report.ts';
import { checkShape, listOf, objectType, shape } from '../shape.ts';
import { agent, group } from './actor.ts';

const eachType = listOf(iri, 'IRIs');

const relevantTypes: Check = (value, path, report) => {
  eachType(value, path, report);
  if (Array.isArray(value) && value.length === 0) {
    report.say(path, 'xapi-relevant-types', 'the list is empty; name a type, or leave "relevantTypes" out');
  }
};

const CONTEXT_AGENT = shape(
  'a contextAgent',
  { objectType: objectType('contextAgent'), agent, relevantTypes },
  ['objectType', 'agent'],
);

const CONTEXT_GROUP = shape(
  'a contextGroup',
  { objectType: objectType('contextGroup'), group, relevantTypes },
  ['objectType', 'group'],
);

/** An Agent in the context and its types (IEEE 9274.1.1, 4.2.2.5). */
export const contextAgent: Check = (value, path, report) => {
  checkShape(value, path, report, CONTEXT_AGENT);
};

/** A Group in the context and its types (IEEE 9274.1.1, 4.2.2.5). */
export const contextGroup: Check = (value, path, report) => {
  checkShape(value, path, report, CONTEXT_GROUP);
};
