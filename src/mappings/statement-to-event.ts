import { contextFor } from '../caliper/index.ts';
import { isObject, member, type JsonObject } from '../json/index.ts';
import { IDENTIFIERS } from './identity.ts';
import { eventClassOf } from './choose.ts';
import { converted, isName, refusal, residualIn, withoutResidual } from './conversion.ts';
import type { Conversion, ConversionOptions } from './crosswalk.types.ts';
import type { Engine } from './engine.ts';
import { eventAgain } from './event-to-statement.ts';
import { IRI } from './iris.ts';
import { differenceOf } from './residual/diff.ts';
import { writeResidual } from './residual/residual.ts';
import { note, type State } from './state.ts';
import { toEvent } from './to-event.ts';
import { toStatement } from './to-statement.ts';
import { addExtensions } from './transforms/keys.ts';

const DEFAULT_TARGET = '1.2';

/** A statement as a Caliper event; a statement that was once an event as that event. */
export function statementToEvent(
  engine: Engine,
  statement: JsonObject,
  options: ConversionOptions,
): Conversion {
  const context = member(statement, 'context');
  const residual = isObject(context) ? residualIn(member(context, 'extensions')) : undefined;
  if (residual?.of === 'caliper' && isObject(context)) {
    return eventAgain(engine, { ...statement, context: withoutResidual(context) }, residual, options);
  }
  const version = xapiVersion(statement);
  const fault = statementFault(statement);
  if (fault) return fault;
  if (version === undefined) {
    return refusal('unsupported-version', '/version', 'a statement is of version 1.0.x or 2.0.x');
  }
  // a statement from an event whose residual someone has taken off still names the event's class
  const origin = eventClassOf(statement, engine.ontology) === undefined ? 'xapi' : 'caliper';
  const target = options.target ?? DEFAULT_TARGET;
  const state = toEvent(engine, statement, { origin, returning: false, target, options });
  if (origin === 'caliper') {
    const message = 'the residual was taken off, so shapes and lexical forms of the original are lost';
    note(state, { code: 'residual-missing', path: '/context/extensions', message });
  }
  return finished(engine, state, statement, version);
}

function finished(engine: Engine, state: State, statement: JsonObject, version: string): Conversion {
  const { event, options } = state;
  if (event['actor'] === undefined) {
    return refusal('no-ifi', '/actor', `a Group has at most one of ${IDENTIFIERS.join(', ')}`);
  }
  if (event['object'] === undefined) {
    return refusal(
      'not-a-statement',
      '/object',
      'an object has an id, or is an Agent or a Group that can be identified',
    );
  }
  if (event['eventTime'] === undefined) {
    return refusal('missing-time', '/timestamp', 'there is no timestamp, no stored, and no time of receipt');
  }
  const back = toStatement(engine, event, { origin: 'xapi', returning: true, target: version, options });
  const difference = differenceOf(back.statement, statement);
  const residual = writeResidual({ of: 'xapi', version }, engine.map, difference);
  addExtensions(event, 'extensions', { [IRI.residual]: residual });
  const target = state.target === '1.1' ? '1.1' : '1.2';
  return converted(state, { '@context': contextFor(target, event), ...event });
}

function xapiVersion(statement: JsonObject): string | undefined {
  const version = member(statement, 'version');
  if (version === undefined) return '1.0';
  if (typeof version !== 'string') return undefined;
  return /^([12]\.0)(\.\d+)?$/.exec(version)?.[1];
}

/** What makes a statement impossible to understand (xAPI 1.0.3 Data 2.2, 2.0 4.2.1). */
function statementFault(statement: JsonObject): Conversion | undefined {
  const [actor, verb] = [member(statement, 'actor'), member(statement, 'verb')];
  if (!isObject(actor))
    return refusal('not-a-statement', '/actor', 'a statement has an actor: an Agent or a Group');
  const isIdentified = IDENTIFIERS.filter((name) => actor[name] !== undefined).length === 1;
  if (!isIdentified && actor['objectType'] !== 'Group') {
    return refusal('no-ifi', '/actor', `an Agent has exactly one of ${IDENTIFIERS.join(', ')}`);
  }
  if (!isObject(verb) || !isName(verb['id'])) {
    return refusal('not-a-statement', '/verb', 'a statement has a verb with an id');
  }
  return isObject(member(statement, 'object'))
    ? undefined
    : refusal('not-a-statement', '/object', 'a statement has an object');
}
