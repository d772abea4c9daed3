import type { StoredRecord } from '../audit/index.ts';
import { isObject, isString, type JsonObject, type JsonValue } from '../json/index.ts';
import type { Crosswalk } from '../mappings/index.ts';
import { ontology } from '../ontology/index.ts';
import type { Rendering } from './destination.ts';
import { outboundFor } from './outbound.ts';
import { redacted } from './redact.ts';
import type { PseudonymKey } from './redaction.ts';
import { IDENTIFIERS } from './secrets.ts';

/** An actor with what identifies it, as a record of one language has it. */
export interface NamedActor {
  readonly language: 'caliper' | 'xapi';
  readonly actor: JsonObject;
}

const UUID = '00000000-0000-4000-8000-000000000000';
const ANYTHING = 'urn:crosswalk:anything';

/** As little as an event can say of an actor. */
const eventBy = (actor: JsonObject): JsonObject => ({
  '@context': ontology.context('1.2'),
  id: `urn:uuid:${UUID}`,
  type: 'Event',
  action: 'Used',
  eventTime: '1970-01-01T00:00:00.000Z',
  actor,
  object: ANYTHING,
});

/** As little as a statement can say of an actor. */
const statementBy = (actor: JsonObject): JsonObject => ({
  id: UUID,
  timestamp: '1970-01-01T00:00:00.000Z',
  actor,
  verb: { id: ANYTHING },
  object: { id: ANYTHING },
});

function recordBy({ language, actor }: NamedActor): StoredRecord {
  const value = language === 'caliper' ? eventBy(actor) : statementBy(actor);
  return {
    seq: 1,
    tenant: '',
    source: '',
    language,
    kind: language === 'caliper' ? 'event' : 'statement',
    id: UUID,
    version: language === 'caliper' ? '1.2' : '1.0.3',
    type: ANYTHING,
    body: JSON.stringify(value),
    digest: '',
    attributes: {},
    deviations: [],
    receivedAt: 0,
  };
}

/** True where a key decides what stands for the actor; of one that is named as a whole, all its other members do, too. */
function isHashed(record: StoredRecord, { name, redaction }: Rendering): boolean {
  if (!redaction) return false;
  const { places } = redacted(JSON.parse(record.body) as JsonValue, name, redaction);
  const own = places.filter(({ path }) => path === '/actor' || path === '/actor/id');
  const whole = own.some(({ path, kinds }) => path === '/actor' && kinds.includes('members'));
  return !whole && own.some(({ kinds }) => kinds.some((kind) => redaction[kind] === 'hash'));
}

function identityIn(actor: JsonValue | undefined): JsonObject {
  const members = isObject(actor) ? actor : isString(actor) ? { id: actor } : {};
  return Object.fromEntries(
    Object.entries(members).filter(([name]) => name === 'id' || IDENTIFIERS.includes(name)),
  );
}

/**
 * What identifies an actor in what a destination is sent, where its pseudonyms have this key: in the destination's
 * language, whichever one a record came in. A record of nothing but the actor goes the way of every other record.
 * Undefined where no pseudonym stands for the actor there.
 */
export async function sentActor(
  named: NamedActor,
  destination: Rendering,
  key: PseudonymKey,
  crosswalk: Crosswalk,
): Promise<JsonObject | undefined> {
  const { strict: _strict, redaction, ...rest } = destination;
  const underKey: Rendering = { ...rest, redaction: { ...redaction, key } };
  const record = recordBy(named);
  if (!isHashed(record, underKey)) return undefined;
  const prepared = await outboundFor(record, underKey, crosswalk);
  if (!prepared.ok) throw new Error(`a record of an actor alone cannot be written: ${prepared.why}`);
  const { actor } = JSON.parse(prepared.outbound.body ?? record.body) as JsonObject;
  return identityIn(actor);
}
