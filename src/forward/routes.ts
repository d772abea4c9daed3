import type { Delivery, Language, NewRecord, RecordKind } from '../audit/index.ts';

/** What a route can look at. */
export type RouteSubject = Pick<NewRecord, 'tenant' | 'source' | 'language' | 'kind' | 'type'>;

/** Which records a route takes: those that every given list has. A list that is left out has all. */
export interface RouteFilter {
  readonly tenants?: readonly string[];
  readonly sources?: readonly string[];
  readonly languages?: readonly Language[];
  readonly kinds?: readonly RecordKind[];
  /** Caliper types or xAPI verb IRIs. */
  readonly types?: readonly string[];
}

/** Records that pass the filter go to the destinations. */
export interface Route {
  readonly name: string;
  readonly destinations: readonly string[];
  readonly filter?: RouteFilter;
}

/** For each list of a filter, what it is about. A further condition is one more line. */
const FACTS: Readonly<Record<keyof RouteFilter, (record: RouteSubject) => string>> = {
  tenants: (record) => record.tenant,
  sources: (record) => record.source,
  languages: (record) => record.language,
  kinds: (record) => record.kind,
  types: (record) => record.type,
};

function passes(record: RouteSubject, filter: RouteFilter): boolean {
  return (Object.keys(FACTS) as (keyof RouteFilter)[]).every((name) => {
    const list: readonly string[] | undefined = filter[name];
    return list === undefined || list.includes(FACTS[name](record));
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
  for (const route of routes) {
    if (!passes(record, route.filter ?? {})) continue;
    for (const destination of route.destinations) {
      if (!deliveries.has(destination)) deliveries.set(destination, { route: route.name, destination });
    }
  }
  return deliveries.size === 0 || isEcho(record) ? [] : [...deliveries.values()];
}
