import { isObject, pointer, type JsonObject, type JsonValue } from '../json/index.ts';
import { shown, type Check, type Report } from './report.ts';

/** Which members an object may have, what each must be, and which it must have (Data 2.2). */
export interface Shape {
  /** The object's name in messages, with its article. */
  readonly what: string;
  readonly members: ReadonlyMap<string, Check>;
  readonly required: readonly string[];
}

/** Describes an object by its members. */
export function shape(
  what: string,
  members: Readonly<Record<string, Check>>,
  required: readonly string[] = [],
): Shape {
  return { what, members: new Map(Object.entries(members)), required };
}

/** Checks an object against its shape; true where it is an object at all, so that more can be asked of it. */
export function checkShape(
  value: JsonValue,
  path: string,
  report: Report,
  shape: Shape,
): value is JsonObject {
  if (!isObject(value)) {
    report.mistyped(path, value, shape.what);
    return false;
  }
  for (const name of Object.keys(value)) {
    const found = value[name];
    if (found === undefined) continue;
    const check = shape.members.get(name);
    if (check) check(found, `${path}/${name}`, report);
    else sayUnknown(name, path, report, shape);
  }
  for (const name of shape.required) {
    if (!has(value, name)) {
      report.say(path, 'xapi-required', `${shape.what} needs the member ${JSON.stringify(name)}`);
    }
  }
  return true;
}

/** True where an object has a member of its own under a name. */
export function has(object: JsonObject, name: string): boolean {
  return Object.hasOwn(object, name) && object[name] !== undefined;
}

function sayUnknown(name: string, path: string, report: Report, shape: Shape): void {
  const known = [...shape.members.keys()];
  const meant = known.find((member) => member.toLowerCase() === name.toLowerCase());
  const right = meant ? `its name is written ${JSON.stringify(meant)}` : `allowed are ${known.join(', ')}`;
  report.say(
    pointer(path, name),
    'xapi-unknown-member',
    `${shape.what} has no member ${shown(name)}; ${right}`,
  );
}

/** Any string. */
export const text: Check = (value, path, report) => {
  if (typeof value !== 'string') report.mistyped(path, value, 'a string');
};

/** `true` or `false`, never a string that says so. */
export const truth: Check = (value, path, report) => {
  if (typeof value !== 'boolean') report.mistyped(path, value, 'true or false');
};

/** A JSON number, never a string that holds one. */
export const decimal: Check = (value, path, report) => {
  if (typeof value !== 'number') report.mistyped(path, value, 'a number');
};

/** One value of `objectType`, in exactly this case. */
export function objectType(wanted: string): Check {
  return (value, path, report) => {
    if (value === wanted) return;
    report.say(path, 'xapi-object-type', `found ${shown(value)} where "${wanted}" belongs`);
  };
}

/** A list each of whose items passes a check. */
export function listOf(check: Check, what: string): Check {
  return (value, path, report) => {
    if (!Array.isArray(value)) return report.mistyped(path, value, `a list of ${what}`);
    for (let at = 0; at < value.length; at += 1) check(value[at] as JsonValue, `${path}/${at}`, report);
  };
}
