import { describe, expect, it } from 'vitest';

import { deliveriesFor, type Route, type RouteFilter } from '../src/forward/index.ts';
import { event, statement } from './runtime/log-records.ts';

const route = (name: string, destinations: string[], filter?: RouteFilter): Route => ({
  name,
  destinations,
  ...(filter ? { filter } : {}),
});

describe('routes', () => {
  const view = event('e', { source: 'canvas', type: 'ViewEvent' });
  const answer = statement('s', { source: 'course', type: 'http://adlnet.gov/expapi/verbs/answered' });
  const leads = (record: typeof view, filter: RouteFilter) =>
    deliveriesFor(record, [route('only', ['lrs'], filter)]).length === 1;

  it('without a filter lead every record to each destination', () => {
    expect(deliveriesFor(view, [route('all', ['lrs', 'endpoint'])])).toEqual([
      { route: 'all', destination: 'lrs' },
      { route: 'all', destination: 'endpoint' },
    ]);
    expect(deliveriesFor(view, [])).toEqual([]);
  });

  it.each<[keyof RouteFilter, string, string]>([
    ['tenants', 'campus', 'other'],
    ['sources', 'canvas', 'course'],
    ['languages', 'caliper', 'xapi'],
    ['kinds', 'event', 'statement'],
    ['types', 'ViewEvent', 'GradeEvent'],
  ])('take by %s what is listed and nothing else', (name, own, other) => {
    expect(leads(view, { [name]: [other, own] })).toBe(true);
    expect(leads(view, { [name]: [other] })).toBe(false);
    expect(leads(view, { [name]: [] })).toBe(false);
  });

  it('take what every list of the filter has', () => {
    expect(leads(answer, { sources: ['course'], types: ['http://adlnet.gov/expapi/verbs/answered'] })).toBe(
      true,
    );
    expect(leads(answer, { sources: ['course'], types: ['http://adlnet.gov/expapi/verbs/passed'] })).toBe(
      false,
    );
  });

  it('lead to one destination once, by the first that takes the record', () => {
    const routes = [
      route('grades', ['lrs'], { types: ['GradeEvent'] }),
      route('views', ['lrs'], { types: ['ViewEvent'] }),
      route('all', ['endpoint', 'lrs']),
    ];
    expect(deliveriesFor(view, routes)).toEqual([
      { route: 'views', destination: 'lrs' },
      { route: 'all', destination: 'endpoint' },
    ]);
  });

  it('lead an echo nowhere', () => {
    const routes = [route('all', ['lrs'])];
    expect(deliveriesFor(view, routes, (record) => record.id === 'e')).toEqual([]);
    expect(deliveriesFor(answer, routes, (record) => record.id === 'e')).toHaveLength(1);
  });
});
