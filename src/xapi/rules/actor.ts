import { isObject, type JsonObject } from '../../json/index.ts';
import { shown, type Check, type Report } from '../report.ts';
import { checkShape, has, listOf, objectType, shape, text } from '../shape.ts';
import { checkIdentifier, identifierMembers, identifiersOf } from './identifier.ts';

const AGENT = shape('an Agent', { objectType: objectType('Agent'), name: text, ...identifierMembers });

/** An Agent (Data 2.4.2.1): exactly one inverse functional identifier. */
export const agent: Check = (value, path, report) => {
  if (!checkShape(value, path, report, AGENT)) return;
  checkIdentifier(value, path, report, { what: 'an Agent', needed: true });
};

const member: Check = (value, path, report) => {
  if (isObject(value) && value['objectType'] === 'Group') {
    report.say(path, 'xapi-group-member', 'a Group is no member of a Group; list its Agents instead');
  } else {
    agent(value, path, report);
  }
};

const GROUP = shape(
  'a Group',
  {
    objectType: objectType('Group'),
    name: text,
    member: listOf(member, 'Agents'),
    ...identifierMembers,
  },
  ['objectType'],
);

/** A Group (Data 2.4.2.2): one identifier at most, and without one a list of its members. */
export const group: Check = (value, path, report) => {
  if (!checkShape(value, path, report, GROUP)) return;
  checkIdentifier(value, path, report, { what: 'an identified Group', needed: false });
  if (identifiersOf(value).length === 0) checkMembers(value, path, report);
};

function checkMembers(group: JsonObject, path: string, report: Report): void {
  const members = group['member'];
  if (!has(group, 'member') || (Array.isArray(members) && members.length === 0)) {
    report.say(
      path,
      'xapi-anonymous-group-member',
      'a Group without an identifier of its own lists its Agents in "member"',
    );
  }
}

/** An Agent or a Group (Data 2.4.2); without `objectType` it is an Agent. */
export const actor: Check = (value, path, report) => {
  if (!isObject(value)) return report.mistyped(path, value, 'an Agent or a Group');
  const kind = value['objectType'];
  if (kind === 'Group') return group(value, path, report);
  if (kind === undefined || kind === 'Agent') return agent(value, path, report);
  report.say(
    `${path}/objectType`,
    'xapi-object-type',
    `found ${shown(kind)} where "Agent" or "Group" belongs`,
  );
};
