import { factsOf, type Facts } from './facts.ts';
import type { Delivery, Language, NewRecord, RecordKind } from '../audit/index.ts';

/** What a route can look at. */
export type RouteSubject = Pick<NewRecord, 'tenant' | 'source' | 'language' | 'kind' | 'type' | 'body'>;

/** Which records a route takes: those that every given list has. A list that is left out has all. */
export interface RouteFilter {
  readonly tenants?: readonly string[];
  readonly sources?: readonly string[];
  readonly languages?: readonly Language[];
  readonly kinds?: readonly RecordKind[];
  /** Caliper types or xAPI verb IRIs. */
  readonly types?: readonly string[];
  /** Caliper types of events and described entities. */
  readonly eventTypes?: readonly string[];
  /** Caliper actions or xAPI verb IRIs. */
  readonly verbs?: readonly string[];
  /** Caliper types of objects, xAPI activity types, or values of `objectType`. */
  readonly objectTypes?: readonly string[];
  /** Ids of Caliper actors; `mbox`, `openid`, `mbox_sha1sum` of an xAPI actor, or its account as `homePage name`. */
  readonly actors?: readonly string[];
  /** Ids of Caliper groups, or of an xAPI statement's parent and grouping activities and its team. */
  readonly courses?: readonly string[];
}

/** Records that pass the filter go to the destinations. */
export interface Route {
  readonly name: string;
  readonly destinations: readonly string[];
  readonly filter?: RouteFilter;
}

/** For each list of a filter, what it is about. A further condition is one more line. */
type Look = (record: RouteSubject, facts: () => Facts) => readonly string[];

const LOOKS: Readonly<Record<keyof RouteFilter, Look>> = {
  tenants: (record) => [record.tenant],
  sources: (record) => [record.source],
  languages: (record) => [record.language],
  kinds: (record) => [record.kind],
  types: (record) => [record.type],
  eventTypes: (_record, facts) => facts().eventType,
  verbs: (_record, facts) => facts().verb,
  objectTypes: (_record, facts) => facts().objectType,
  actors: (_record, facts) => facts().actor,
  courses: (_record, facts) => facts().course,
};

function passes(record: RouteSubject, filter: RouteFilter, facts: () => Facts): boolean {
  return (Object.keys(LOOKS) as (keyof RouteFilter)[]).every((name) => {
    const list: readonly string[] | undefined = filter[name];
    return list === undefined || LOOKS[name](record, facts).some((value) => list.includes(value));
  });
}

/**
 * Where a record goes. Each destination gets it once, by the first route that leads there. A record that the gateway
 * wrote itself and that comes back (`isEcho`) goes nowhere: its source went to every destination before.
 */
export function deliveriesFor<Subject extends RouteSubject>(
  record: Subject,
  routes: readonly Route[],
  isEcho: (record: Subject) => boolean = () => false,
): Delivery[] {
  const deliveries = new Map<string, Delivery>();
  // The body is read only where a filter looks into it, and then once.
  let known: Facts | undefined;
  const facts = () => (known ??= factsOf(record.language, record.body));
  for (const route of routes) {
    if (!passes(record, route.filter ?? {}, facts)) continue;
    for (const destination of route.destinations) {
      if (!deliveries.has(destination)) deliveries.set(destination, { route: route.name, destination });
    }
  }
  return deliveries.size === 0 || isEcho(record) ? [] : [...deliveries.values()];
}
