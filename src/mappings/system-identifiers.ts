import { isObject, isString, member, type JsonObject, type JsonValue } from '../json/index.ts';
import { hasValidIdentifier } from '../xapi/index.ts';
import type { IdentityRow } from './tables/index.ts';
import type { WrittenTemplate } from './template.ts';

const CELL = /^otherIdentifiers\[(.*)\]$/;

/** Variables that the templates of such a row have, beside those of the IRI. */
export const SYSTEM_VARIABLES = ['identifier', 'source'];

/** The type of system identifier that a row of `identity.tsv` prefers to the IRI; undefined for a row that reads the IRI. */
export const systemIdentifierOf = ({ caliperIri }: Pick<IdentityRow, 'caliperIri'>): string | undefined =>
  CELL.exec(caliperIri)?.[1];

interface Preference {
  readonly when: string;
  readonly ifi: string;
  readonly homePage: WrittenTemplate;
  readonly name: WrittenTemplate;
}

/** An agent with the identifiers of other systems, and scheme and host of its IRI where it has them. */
interface Described {
  readonly iri: string;
  readonly type: string;
  readonly otherIdentifiers?: JsonValue | undefined;
  readonly origin: string | undefined;
}

/**
 * The identifier that an agent has by what another system calls it: undefined where it has none of the type, or one that
 * xAPI cannot hold. The agent's own IRI and all its identifiers return through the residual.
 */
export function identifierBySystem(
  system: string,
  { when, ifi, homePage, name }: Preference,
  { iri, type, otherIdentifiers, origin = '' }: Described,
): JsonObject | undefined {
  if (when !== '' && when !== type) return undefined;
  const other = (Array.isArray(otherIdentifiers) ? otherIdentifiers : [])
    .filter(isObject)
    .find((item) => member(item, 'identifierType') === system && textIn(item, 'identifier') !== '');
  if (!other) return undefined;
  const source = idOf(member(other, 'source')) ?? origin;
  const variables = { iri, type, origin, source, identifier: textIn(other, 'identifier') };
  const value = name.expand(variables);
  const found =
    ifi === 'account' ? { account: { homePage: homePage.expand(variables), name: value } } : { [ifi]: value };
  return hasValidIdentifier(found) ? found : undefined;
}

function textIn(identifier: JsonObject, name: string): string {
  const value = member(identifier, name);
  return isString(value) ? value : '';
}

/** The IRI of the system that gave an identifier. */
function idOf(source: JsonValue | undefined): string | undefined {
  const id = isObject(source) ? member(source, 'id') : source;
  return isString(id) && id !== '' ? id : undefined;
}
