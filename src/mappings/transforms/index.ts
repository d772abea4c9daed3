import { eventClass, profile, profileEcho } from './categories.ts';
import { contextGroup, roles } from './context-members.ts';
import { alias, anonymous, components, implied, rating, ratio, registration } from './derived.ts';
import { instant, join, number, seconds, uuid, uuid4 } from './scalars.ts';
import {
  activity,
  agent,
  constant,
  copy,
  location,
  platform,
  session,
  sessionUuid,
  thing,
} from './things.ts';
import type { Transform, TransformFactory, TransformParts } from './transform.ts';

export type { Transform, TransformParts } from './transform.ts';

/** The closed list of transforms that a structure table may name. Authors combine them; programmers add to them. */
const TRANSFORMS = new Map<string, TransformFactory>([
  ['copy', copy],
  ['rest', copy],
  ['uuid', uuid],
  ['uuid4', uuid4],
  ['instant', instant],
  ['seconds', seconds],
  ['number', number],
  ['join', join],
  ['agent', agent],
  ['activity', activity],
  ['thing', thing],
  ['const', constant],
  ['profile', profile],
  ['profile-echo', profileEcho],
  ['class', eventClass],
  ['location', location],
  ['session', session],
  ['session-uuid', sessionUuid],
  ['platform', platform],
  ['registration', registration],
  ['ratio', ratio],
  ['components', components],
  ['rating', rating],
  ['implied', implied],
  ['alias', alias],
  ['anonymous', anonymous],
  ['roles', roles],
  ['context-group', contextGroup],
]);

/** Names of all transforms, for messages. */
export const transformNames: readonly string[] = [...TRANSFORMS.keys()];

/** Makes the transform that a cell names, such as `copy` or `const(true)`; undefined where there is none of that name. */
export function makeTransform(cell: string, parts: TransformParts): Transform | undefined {
  const found = /^([a-z0-9-]+)(?:\(([^)]*)\))?$/.exec(cell);
  const factory = found ? TRANSFORMS.get(found[1] as string) : undefined;
  return factory?.(
    parts,
    (found?.[2] ?? '').split(/\s+/).filter((word) => word !== ''),
  );
}
