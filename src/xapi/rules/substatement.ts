import { timestamp } from '../formats/timestamp.ts';
import { shown, type Check } from '../report.ts';
import { checkShape, objectType, shape } from '../shape.ts';
import { actor } from './actor.ts';
import { attachments } from './attachment.ts';
import { context } from './context.ts';
import { oneOf, plainObjects } from './object.ts';
import { checkRelations } from './relations.ts';
import { result } from './result.ts';
import { verb } from './verb.ts';

const nested: Check = (_value, path, report) => {
  report.say(path, 'xapi-substatement-nested', 'a SubStatement contains no SubStatement of its own');
};

const notHere: Check = (_value, path, report) => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  report.say(
    path,
    'xapi-substatement-member',
    `a SubStatement has no ${shown(name)}: it is not stored on its own`,
  );
};

/** The members that a Statement and a SubStatement share (Data 2.4). */
export const statementMembers = { actor, verb, result, context, timestamp, attachments };

const SUB_STATEMENT = shape(
  'a SubStatement',
  {
    ...statementMembers,
    objectType: objectType('SubStatement'),
    object: oneOf(new Map([...plainObjects, ['SubStatement', nested]])),
    id: notHere,
    stored: notHere,
    version: notHere,
    authority: notHere,
  },
  ['objectType', 'actor', 'verb', 'object'],
);

/** A SubStatement (Data 2.4.4.3): a statement, without what only a stored one has. */
export const subStatement: Check = (value, path, report) => {
  if (checkShape(value, path, report, SUB_STATEMENT)) checkRelations(value, path, report);
};
