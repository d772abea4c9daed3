import { iri } from '../formats/iri.ts';
import { languageMap } from '../formats/language.ts';
import type { Check } from '../report.ts';
import { checkShape, objectType, shape } from '../shape.ts';
import { extensions } from './extensions.ts';
import { checkInteraction, interactionMembers } from './interaction.ts';

const DEFINITION = shape('an Activity Definition', {
  name: languageMap,
  description: languageMap,
  type: iri,
  moreInfo: iri,
  ...interactionMembers,
  extensions,
});

/** An Activity Definition (Data 2.4.4.1). An empty one is allowed. */
export const definition: Check = (value, path, report) => {
  if (checkShape(value, path, report, DEFINITION)) checkInteraction(value, path, report);
};

const ACTIVITY = shape('an Activity', { objectType: objectType('Activity'), id: iri, definition }, ['id']);

/** An Activity (Data 2.4.4.1). */
export const activity: Check = (value, path, report) => {
  checkShape(value, path, report, ACTIVITY);
};
