import { isObject, type JsonObject, type JsonValue } from '../json/index.ts';
import { decodeUnit, encodeUnit } from './identifiers.ts';
import { CALIPER, isIri } from './iris.ts';
import { identifierBySystem, systemIdentifierOf } from './system-identifiers.ts';
import type { IdentityRow } from './tables/index.ts';
import {
  template,
  unparted,
  writtenTemplate,
  type Template,
  type Variables,
  type WrittenTemplate,
} from './template.ts';

/** An agent's IRI with its Caliper class. */
export interface AgentIdentity {
  readonly iri: string;
  readonly type: string;
}

/** An agent of an event, with the identifiers that other systems have for it (Caliper 1.2, Entity). */
export interface DescribedAgent extends AgentIdentity {
  readonly otherIdentifiers?: JsonValue | undefined;
}

/**
 * The identity table, compiled both ways. One agent IRI always gives the same identifier, unless a row prefers identifiers of
 * other systems.
 */
export interface Identity {
  /** Inverse functional identifier (xAPI Data 4.1.2.3 in 2.0, 2.4.2.3 in 1.0.3) as members of an Agent or Group. */
  identifierOf(agent: DescribedAgent): JsonObject;
  /** Name of the row by which an agent gets its identifier. */
  rowOf(agent: DescribedAgent): string;
  /** IRI and class of an Agent or Group; undefined where it has no identifier, or several. */
  identityOf(agent: JsonObject): AgentIdentity | undefined;
}

/** What rows of both kinds have. */
interface RowParts {
  readonly row: string;
  readonly when: string;
  readonly ifi: string;
}

/** A row that reads the IRI. */
interface CompiledRow extends RowParts {
  readonly iri: Template;
  readonly homePage: Template;
  readonly name: Template;
}

/** A row that prefers a type of system identifier to the IRI. */
interface SystemRow extends RowParts {
  readonly system: string;
  readonly homePage: WrittenTemplate;
  readonly name: WrittenTemplate;
}

/**
 * What is wrong with the cells of a row that texts are read by. To look for the readings of a text that may have several takes
 * time without bound, as regular expressions do; and an IRI with several would be several persons'.
 */
export function identityFaults(row: IdentityRow): { readonly column: string; readonly message: string }[] {
  if (systemIdentifierOf(row) !== undefined) return [];
  const cells = { caliper_iri: row.caliperIri, home_page: row.homePage, name: row.name };
  return Object.entries(cells).flatMap(([column, text]) => {
    const [one, other] = unparted(text) ?? [];
    if (one === undefined || other === undefined) return [];
    const message = `«${text}» can be read in several ways: nothing tells where {${one}} ends and {${other}} begins`;
    return [{ column, message }];
  });
}

function compiledRow(row: IdentityRow): CompiledRow | SystemRow {
  const parts = { row: row.row, when: row.when, ifi: row.ifi };
  const system = systemIdentifierOf(row);
  if (system !== undefined) {
    return { ...parts, system, homePage: writtenTemplate(row.homePage), name: writtenTemplate(row.name) };
  }
  const { caliperIri, homePage, name } = row;
  return { ...parts, iri: template(caliperIri), homePage: template(homePage), name: template(name) };
}

/** What identifies an agent, and the row that says so. */
interface Identified {
  readonly row: string;
  readonly identifier: JsonObject;
}

const originOf = (iri: string) => /^https?:\/\/[^/?#]+/i.exec(iri)?.[0];

/** What is remembered is nobody's to change. */
function copyOf(identifier: JsonObject): JsonObject {
  const { account } = identifier;
  return isObject(account) ? { account: { ...account } } : { ...identifier };
}

/** How many agents' identifiers are remembered. */
const REMEMBERED = 4096;

/**
 * Compiles `identity.tsv`. Rows are tried in order; the first whose IRI form fits, and gives the same IRI back, serves. Throws a
 * RangeError for a row that has {@link identityFaults}.
 */
export function compileIdentity(rows: readonly IdentityRow[]): Identity {
  const compiled = rows.map(compiledRow);
  const byIri = compiled.filter((row) => 'iri' in row);
  const backwards = [...byIri].sort((a, b) => rank(a) - rank(b));
  const identify = (agent: DescribedAgent): Identified => {
    for (const row of compiled) {
      const bySystem = 'system' in row;
      const identifier = bySystem
        ? identifierBySystem(row.system, row, { ...agent, origin: originOf(agent.iri) })
        : forwards(row, agent);
      if (identifier && (bySystem || sameIri(backwards, identifier, agent))) {
        return { row: row.row, identifier };
      }
    }
    return { row: '-', identifier: { account: { homePage: `${CALIPER}${agent.type}`, name: agent.iri } } };
  };
  const readsOthers = compiled.length > byIri.length;
  const identified = remembered(identify, ({ type, iri, otherIdentifiers }) =>
    readsOthers && otherIdentifiers !== undefined ? undefined : `${type} ${iri}`,
  );
  const accounts = remembered(
    (agent: JsonObject) => identityIn(backwards, agent),
    ({ account }) => (isObject(account) ? JSON.stringify([account['homePage'], account['name']]) : undefined),
  );
  return {
    identifierOf: (agent) => copyOf(identified(agent).identifier),
    rowOf: (agent) => identified(agent).row,
    identityOf: (agent) => (hasOnlyAccount(agent) ? accounts(agent) : identityIn(backwards, agent)),
  };
}

/** Keeps what was worked out lately: a class has few learners at a time. Memory stays bounded. */
function remembered<Key, Value>(
  work: (key: Key) => Value,
  nameOf: (key: Key) => string | undefined,
): (key: Key) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const name = nameOf(key);
    if (name === undefined) return work(key);
    const found = known.get(name);
    if (found !== undefined) return found;
    const value = work(key);
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, value);
    return value;
  };
}

/** True where two texts are all that identifies an agent. */
function hasOnlyAccount({ account, mbox, mbox_sha1sum: hash, openid }: JsonObject): boolean {
  if (!isObject(account) || mbox !== undefined || hash !== undefined || openid !== undefined) return false;
  return typeof account['homePage'] === 'string' && typeof account['name'] === 'string';
}

/** Backwards, a home page that is written out decides before one that is taken from the IRI. */
function rank({ homePage }: CompiledRow): number {
  if (homePage.text.startsWith('{origin}')) return 1;
  return homePage.text.startsWith('{') ? 2 : 0;
}

function forwards(row: CompiledRow, { iri, type }: AgentIdentity): JsonObject | undefined {
  if (row.when !== '' && row.when !== type) return undefined;
  const found = row.iri.match(iri);
  if (!found || (found['type'] !== undefined && found['type'] !== type)) return undefined;
  const origin = originOf(iri);
  if (row.homePage.text.includes('{origin}') && origin === undefined) return undefined;
  const variables = { ...found, iri, type, ...(origin === undefined ? {} : { origin }) };
  const name = found['name'];
  const decoded = name === undefined ? {} : { name: decodeUnit(name) };
  const value = row.name.expand({ ...variables, ...decoded });
  if (row.ifi !== 'account') return { [row.ifi]: value };
  return { account: { homePage: row.homePage.expand(variables), name: value } };
}

function sameIri(
  rows: readonly CompiledRow[],
  identifier: JsonObject,
  { iri, type }: AgentIdentity,
): boolean {
  const back = identityIn(rows, identifier);
  return back?.iri === iri && back.type === type;
}

/** Inverse functional identifiers (xAPI Data 2.4.2.3; 2.0: 4.2.2.1). */
export const IDENTIFIERS = ['mbox', 'mbox_sha1sum', 'openid', 'account'] as const;

function identityIn(rows: readonly CompiledRow[], agent: JsonObject): AgentIdentity | undefined {
  const present = IDENTIFIERS.filter((ifi) => agent[ifi] !== undefined);
  const [ifi] = present;
  if (present.length !== 1 || ifi === undefined) return undefined;
  const value = agent[ifi];
  for (const row of rows) {
    if (row.ifi !== ifi) continue;
    const found = ifi === 'account' ? accountIdentity(row, value) : textIdentity(row, value);
    if (found) return found;
  }
  return undefined;
}

function textIdentity(row: CompiledRow, value: unknown): AgentIdentity | undefined {
  const variables = typeof value === 'string' ? row.name.match(value) : undefined;
  return variables && { iri: row.iri.expand(variables), type: row.when === '' ? 'Agent' : row.when };
}

function accountIdentity(row: CompiledRow, value: unknown): AgentIdentity | undefined {
  if (!isObject(value) || typeof value['homePage'] !== 'string' || typeof value['name'] !== 'string')
    return undefined;
  const name = value['name'];
  const home = row.homePage.match(value['homePage'].replace(/(?<=[^/])\/$/, ''));
  const named = anyText(row.name, name);
  if (!home || !named) return undefined;
  if (home['origin'] !== undefined && !(isIri(name) && name.startsWith(home['origin']))) return undefined;
  if (home['type'] !== undefined && named['type'] !== undefined && home['type'] !== named['type'])
    return undefined;
  const variables = { ...named, ...home };
  const encoded = variables['name'] === undefined ? {} : { name: encodeUnit(variables['name']) };
  return {
    iri: row.iri.expand({ ...variables, ...encoded }),
    type: variables['type'] ?? (row.when === '' ? 'Agent' : row.when),
  };
}

/** An account's name may hold any characters; only as part of an IRI is it one segment. */
function anyText(name: Template, text: string): Variables | undefined {
  const sole = /^\{(\w+)\}$/.exec(name.text)?.[1];
  return sole !== undefined && sole !== 'type' ? { [sole]: text } : name.match(text);
}
