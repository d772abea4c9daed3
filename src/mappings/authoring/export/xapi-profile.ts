import type { JsonObject } from '../../../json/index.ts';
import type { Ontology } from '../../../ontology/index.ts';
import { CROSSWALK } from '../../iris.ts';
import type { TableSet } from '../../tables/index.ts';
import { profileConcepts } from './xapi-concepts.ts';
import { profileTemplates } from './xapi-templates.ts';

/** What a profile says about itself beside what follows from the tables. */
export interface ProfileOptions {
  /** When this version of the profile was made, as an RFC 3339 string. */
  readonly generatedAt: string;
  /** Who answers for the tables. */
  readonly author: string;
}

const PROFILE = `${CROSSWALK}profile`;

/**
 * The xAPI Profile (Profiles specification 1.0) of what Crosswalk writes: the concepts that no other profile defines, and
 * a statement template for each event type and action. Its version is the tables'. A JSON-LD document.
 */
export function xapiProfile(tables: TableSet, ontology: Ontology, options: ProfileOptions): JsonObject {
  const scheme = `${PROFILE}/v${tables.release.version}`;
  return {
    '@context': 'https://w3id.org/xapi/profiles/context',
    id: PROFILE,
    type: 'Profile',
    conformsTo: 'https://w3id.org/xapi/profiles#1.0',
    prefLabel: { en: 'Crosswalk: Caliper events as xAPI statements' },
    definition: {
      en: 'Statements that Crosswalk makes of Caliper events: their verbs, the category that names the event type, the extensions that carry what xAPI has no place for.',
    },
    seeAlso: 'https://w3id.org/crosswalk/',
    versions: [{ id: scheme, generatedAtTime: options.generatedAt }],
    author: { type: 'Organization', name: options.author },
    concepts: profileConcepts(tables, ontology, scheme),
    templates: profileTemplates(tables, ontology, scheme, scheme),
    patterns: [],
  };
}
