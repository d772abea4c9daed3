import { isObject, pointer } from '../../json/index.ts';
import { iri, isIri } from '../formats/iri.ts';
import type { Check } from '../report.ts';

/** Extensions (Data 4.1): keys are IRIs. Values are never a reason to refuse, null and empty ones included. */
export const extensions: Check = (value, path, report) => {
  if (!isObject(value)) return report.mistyped(path, value, 'an object of extensions');
  for (const key of Object.keys(value)) {
    if (!isIri(key)) iri(key, pointer(path, key), report);
  }
};
