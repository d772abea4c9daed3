import { isObject, member, type JsonObject, type JsonValue } from '../../json/index.ts';
import { contentUuid, decodeUnit, encodeUnit, entityIdOf, uuidOfUrn } from '../identifiers.ts';
import { IRI, PREFIX } from '../iris.ts';
import type { State } from '../state.ts';
import { durationOf, secondsOf } from '../time.ts';
import type { TransformFactory } from './transform.ts';

/** Person, group or application, or its IRI, and Agent or Group. */
export const agent: TransformFactory = ({ agents }) => ({
  whole: true,
  byForm: true,
  get: (value) => agents.agentOf(value),
  put: (value) => agents.entityOf(value),
});

/** Entity, or its bare IRI, and Activity. */
export const activity: TransformFactory = ({ entities }) => ({
  whole: true,
  byForm: true,
  get: (value, state) => entities.activityOf(value, state),
  put: (value, state) => entities.entityOf(value, state),
});

const marker = (entity: JsonObject, name: string) => {
  const extensions = member(entity, 'extensions');
  return isObject(extensions) ? member(extensions, name) : undefined;
};

/** Entity and whatever may be a statement's object: Activity, Agent, Group, StatementRef or SubStatement. */
export const thing: TransformFactory = ({ agents, entities, vocabulary }) => ({
  whole: true,
  byForm: true,
  get(value, state) {
    if (isObject(value)) {
      const subStatement = marker(value, IRI.subStatement);
      if (isObject(subStatement)) return subStatement;
      const reference = marker(value, IRI.objectType);
      const uuid = typeof value['id'] === 'string' ? uuidOfUrn(value['id']) : undefined;
      if (reference !== undefined && uuid !== undefined) return { objectType: reference, id: uuid };
      const type = member(value, 'type');
      if (typeof type === 'string' && vocabulary.objectForm(type) !== undefined) {
        return agents.agentOf(value, (name) => vocabulary.objectForm(name));
      }
    }
    return entities.activityOf(value, state);
  },
  put(value, state) {
    if (!isObject(value)) return undefined;
    const kind = member(value, 'objectType') ?? 'Activity';
    if (kind === 'Activity') return entities.entityOf(value, state);
    if (kind === 'Agent' || kind === 'Group') return agents.entityOf(value);
    if (kind === 'SubStatement') {
      const id = `urn:uuid:${contentUuid('content', value)}`;
      return { id, type: 'Entity', extensions: { [IRI.subStatement]: value } };
    }
    const id = typeof value['id'] === 'string' ? `urn:uuid:${value['id'].toLowerCase()}` : undefined;
    return id === undefined ? undefined : { id, type: 'Entity', extensions: { [IRI.objectType]: kind } };
  },
});

/** A value as it is, less what other rows carry of it. */
export const copy: TransformFactory = () => ({
  whole: true,
  byForm: true,
  get: (value) => value,
  put: (value) => value,
});

/** A constant of the statement that says nothing on the way back: `const(true)`. */
export const constant: TransformFactory = (_parts, [word = '']) => {
  const value: JsonValue = word === 'true' || word === 'false' ? word === 'true' : word;
  return { whole: false, byForm: true, get: () => value, put: () => undefined };
};

/** Id of the entity that a statement's object stands for. */
const objectId = ({ statement }: State) => {
  const object = member(statement, 'object');
  const id = isObject(object) ? member(object, 'id') : undefined;
  return typeof id === 'string' ? entityIdOf(id) : undefined;
};

/** Media location, and its position in seconds; its id follows from the event's object: `location(MediaLocation)`. */
export const location: TransformFactory = (_parts, [type = '']) => ({
  whole: false,
  byForm: true,
  get: (value) =>
    isObject(value) && typeof value['currentTime'] === 'string' ? secondsOf(value['currentTime']) : undefined,
  put(value, state) {
    const id = objectId(state);
    if (typeof value !== 'number') return undefined;
    const currentTime = durationOf(value);
    return id === undefined || currentTime === undefined
      ? undefined
      : { id: `${id}#t=${value}`, type, currentTime };
  },
});

const hasOnly = (value: JsonValue, members: readonly string[]): value is JsonObject =>
  isObject(value) && Object.keys(value).every((name) => members.includes(name));

/** Session with only an id, and the opaque string that another system calls it by: `session(Session)`. */
export const session: TransformFactory = (_parts, [type = '']) => ({
  whole: false,
  byForm: true,
  get(value) {
    const id = hasOnly(value, ['id', 'type']) ? value['id'] : undefined;
    return typeof id === 'string' && id.startsWith(PREFIX.session)
      ? decodeUnit(id.slice(PREFIX.session.length))
      : undefined;
  },
  put: (value) => (typeof value === 'string' ? { id: PREFIX.session + encodeUnit(value), type } : undefined),
});

/** Session with only an id that is a UUID, and that UUID: `session-uuid(Session)`. */
export const sessionUuid: TransformFactory = (_parts, [type = '']) => ({
  whole: false,
  byForm: true,
  get(value) {
    const id = hasOnly(value, ['id', 'type']) ? value['id'] : undefined;
    return typeof id === 'string' ? uuidOfUrn(id) : undefined;
  },
  put(value) {
    const id = typeof value === 'string' ? `urn:uuid:${value}` : '';
    return uuidOfUrn(id) === undefined ? undefined : { id, type };
  },
});

/** Application read from platform text that is no IRI, and the text: `platform(SoftwareApplication)`. */
export const platform: TransformFactory = (_parts, [type = '']) => ({
  whole: false,
  byForm: true,
  get(value) {
    const name = isObject(value) && marker(value, IRI.platform) === true ? member(value, 'name') : undefined;
    return typeof name === 'string' ? name : undefined;
  },
  put: (value) =>
    typeof value === 'string'
      ? { id: PREFIX.platform + encodeUnit(value), type, name: value, extensions: { [IRI.platform]: true } }
      : undefined,
});
