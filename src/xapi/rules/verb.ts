import { iri } from '../formats/iri.ts';
import { languageMap } from '../formats/language.ts';
import type { Check } from '../report.ts';
import { checkShape, shape } from '../shape.ts';

const VERB = shape('a Verb', { id: iri, display: languageMap }, ['id']);

/** A Verb (Data 2.4.3): an IRI, and how it reads. */
export const verb: Check = (value, path, report) => {
  checkShape(value, path, report, VERB);
};
