import type { JsonObject } from '../../json/index.ts';
import { LATEST } from '../version.ts';

/**
 * The body of the about resource (Communication 2.8): the latest version of each data model that is understood, and
 * extensions with IRI keys where there are any. It has no other members, and is given to everyone.
 */
export function aboutResource(extensions: JsonObject = {}): JsonObject {
  const version = Object.values(LATEST);
  return Object.keys(extensions).length === 0 ? { version } : { version, extensions };
}
