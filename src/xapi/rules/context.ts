import { languageTag } from '../formats/language.ts';
import { uuid } from '../formats/uuid.ts';
import type { Check } from '../report.ts';
import { checkShape, listOf, shape, text } from '../shape.ts';
import { activity } from './activity.ts';
import { actor, group } from './actor.ts';
import { contextAgent, contextGroup } from './context-agents.ts';
import { extensions } from './extensions.ts';
import { statementRef } from './object.ts';

const activities = listOf(activity, 'Activities');

// a single Activity in the list's place is a form of version 0.95 that is still allowed
const activitiesOrOne: Check = (value, path, report) =>
  (Array.isArray(value) ? activities : activity)(value, path, report);

const CONTEXT_ACTIVITIES = shape('contextActivities', {
  parent: activitiesOrOne,
  grouping: activitiesOrOne,
  category: activitiesOrOne,
  other: activitiesOrOne,
});

const contextActivities: Check = (value, path, report) => {
  checkShape(value, path, report, CONTEXT_ACTIVITIES);
};

const members = {
  registration: uuid,
  instructor: actor,
  team: group,
  contextActivities,
  revision: text,
  platform: text,
  language: languageTag,
  statement: statementRef,
  extensions,
};

const CONTEXT = {
  '1.0': shape('a Context', members),
  '2.0': shape('a Context', {
    ...members,
    contextAgents: listOf(contextAgent, 'contextAgent objects'),
    contextGroups: listOf(contextGroup, 'contextGroup objects'),
  }),
};

/** A Context (Data 2.4.6, 2.4.6.2; IEEE 9274.1.1, 4.2.2.5). */
export const context: Check = (value, path, report) => {
  checkShape(value, path, report, CONTEXT[report.version]);
};
