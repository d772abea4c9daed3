import { timestamp } from '../formats/timestamp.ts';
import { uuid } from '../formats/uuid.ts';
import { shown, type Check } from '../report.ts';
import { checkShape, shape } from '../shape.ts';
import { isStatementVersion } from '../version.ts';
import { authority } from './authority.ts';
import { oneOf, plainObjects } from './object.ts';
import { checkRelations } from './relations.ts';
import { statementMembers, subStatement } from './substatement.ts';

const version: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'a version');
  if (!isStatementVersion(value, report.version)) {
    const right = report.version === '1.0' ? '"1.0.0"' : '"2.0.0" or "1.0.0"';
    report.say(path, 'xapi-version', `${shown(value)} is no version of this data model, such as ${right}`);
  }
};

const STATEMENT = shape(
  'a Statement',
  {
    ...statementMembers,
    id: uuid,
    object: oneOf(new Map([...plainObjects, ['SubStatement', subStatement]])),
    stored: timestamp,
    authority,
    version,
  },
  ['actor', 'verb', 'object'],
);

/** A Statement (Data 2.2, 2.4). */
export const statement: Check = (value, path, report) => {
  if (checkShape(value, path, report, STATEMENT)) checkRelations(value, path, report);
};
