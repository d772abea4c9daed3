import { randomUUID } from 'node:crypto';
import { anEntity, anEvent, aStatement } from '../support/records.ts';

export const V1P2 = 'http://purl.imsglobal.org/ctx/caliper/v1p2';

type Parts = Record<string, unknown>;
type Identified = Parts & { id: string };

/** A valid Caliper 1.2 event with an id of its own, and the parts that a test cares for. */
export const event = (parts: Parts = {}) =>
  ({ ...anEvent(), id: `urn:uuid:${randomUUID()}`, ...parts }) as Identified;

/** A described entity with an id of its own. */
export const person = () =>
  ({ ...anEntity(), id: `https://example.edu/users/${randomUUID()}` }) as Identified;

/** An envelope, with the parts that a test cares for. */
export const envelope = (data: unknown, parts: Parts = {}) => ({
  sensor: 'https://example.edu/sensors/1',
  sendTime: '2018-11-15T10:15:01.000Z',
  dataVersion: V1P2,
  data,
  ...parts,
});

/** A valid statement with an id of its own, and the parts that a test cares for. */
export const statement = (parts: Parts = {}) =>
  ({ ...aStatement(), id: randomUUID(), ...parts }) as Identified;

/** A statement that voids another. */
export const voiding = (id: string) =>
  statement({
    verb: { id: 'http://adlnet.gov/expapi/verbs/voided' },
    object: { objectType: 'StatementRef', id },
  });
