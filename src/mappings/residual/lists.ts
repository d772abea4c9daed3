import { equal, isObject, member, setMember, type JsonObject, type JsonValue } from '../../json/index.ts';

/** Which activity ids stand in which list of `contextActivities`; an id alone where the list was a single object. */
export type Lists = Record<string, string | string[]>;

interface Listed {
  readonly list: string;
  readonly activity: JsonObject;
}

/** The members of every list in order; undefined where anything in them is no activity with an id. */
function listed(contextActivities: JsonValue | undefined): Listed[] | undefined {
  if (!isObject(contextActivities)) return undefined;
  const found: Listed[] = [];
  for (const [list, value] of Object.entries(contextActivities)) {
    for (const activity of Array.isArray(value) ? value : [value]) {
      if (!isObject(activity) || typeof activity['id'] !== 'string') return undefined;
      found.push({ list, activity });
    }
  }
  return found;
}

const activityId = (activity: JsonObject) => activity['id'] as string;

function describeLists(contextActivities: JsonObject): Lists {
  const lists: Lists = {};
  for (const [list, value] of Object.entries(contextActivities)) {
    lists[list] = Array.isArray(value)
      ? value.map((activity) => activityId(activity as JsonObject))
      : activityId(value as JsonObject);
  }
  return lists;
}

/**
 * The lists of the original where both sides hold the same activities by id and only their places differ; undefined
 * where nothing differs, or where more than the places does.
 */
export function differingLists(
  native: JsonValue | undefined,
  original: JsonValue | undefined,
): Lists | undefined {
  const [here, there] = [listed(native), listed(original)];
  if (!here || !there || here.length !== there.length) return undefined;
  const ids = (members: Listed[]) => members.map(({ activity }) => activityId(activity)).sort();
  if (!equal(ids(here), ids(there))) return undefined;
  const [before, after] = [describeLists(native as JsonObject), describeLists(original as JsonObject)];
  return equal(before, after) ? undefined : after;
}

/**
 * Puts activities back into the lists that are named for them. An id that no longer occurs is passed over, and an
 * activity that is not named keeps its list.
 */
export function arrange(contextActivities: JsonObject, lists: Lists): JsonObject {
  const waiting = new Map<string, Listed[]>();
  for (const entry of listed(contextActivities) ?? []) {
    const id = activityId(entry.activity);
    waiting.set(id, [...(waiting.get(id) ?? []), entry]);
  }
  const arranged: JsonObject = {};
  for (const [list, ids] of Object.entries(lists)) {
    const named = typeof ids === 'string' ? [ids] : Array.isArray(ids) ? ids : [];
    const activities: JsonValue[] = named
      .map((id) => waiting.get(id)?.shift()?.activity)
      .filter((activity) => activity !== undefined);
    const single = typeof ids === 'string' && activities.length === 1 ? activities[0] : undefined;
    setMember(arranged, list, single ?? activities);
  }
  for (const { list, activity } of [...waiting.values()].flat()) {
    const present = member(arranged, list);
    const rest: JsonValue[] = Array.isArray(present) ? present : present === undefined ? [] : [present];
    setMember(arranged, list, [...rest, activity]);
  }
  return arranged;
}
