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

  const quiz = event('q', {
    body: JSON.stringify({
      id: 'q',
      type: 'AssessmentEvent',
      action: 'Started',
      actor: { id: 'https://campus.example/people/1', type: 'Person' },
      object: { id: 'https://campus.example/quiz', type: 'Assessment' },
      group: {
        id: 'https://campus.example/section/1',
        subOrganizationOf: {
          id: 'https://campus.example/course',
          subOrganizationOf: 'https://campus.example/',
        },
      },
    }),
  });
  const done = statement('d', {
    body: JSON.stringify({
      actor: { account: { homePage: 'https://campus.example', name: '1' }, mbox: 'mailto:a@example.org' },
      verb: { id: 'http://example.org/verbs/did' },
      object: { id: 'https://campus.example/quiz', definition: { type: 'http://example.org/quiz' } },
      context: {
        contextActivities: {
          parent: { id: 'https://campus.example/unit' },
          grouping: [{ id: 'https://campus.example/course' }],
        },
        team: { objectType: 'Group', mbox: 'mailto:team@example.org' },
      },
    }),
  });

  it.each<[keyof RouteFilter, string, string | null]>([
    ['eventTypes', 'AssessmentEvent', null],
    ['verbs', 'Started', 'http://example.org/verbs/did'],
    ['objectTypes', 'Assessment', 'http://example.org/quiz'],
    ['actors', 'https://campus.example/people/1', 'https://campus.example 1'],
    ['actors', 'https://campus.example/people/1', 'mailto:a@example.org'],
    ['courses', 'https://campus.example/section/1', 'https://campus.example/unit'],
    ['courses', 'https://campus.example/course', 'https://campus.example/course'],
    ['courses', 'https://campus.example/', 'mailto:team@example.org'],
  ])('look for %s into records of both languages', (name, ofEvent, ofStatement) => {
    expect(leads(quiz, { [name]: [ofEvent] })).toBe(true);
    if (ofStatement !== null) expect(leads(done, { [name]: [ofStatement] })).toBe(true);
    for (const record of [quiz, done, event('empty', { body: '{"actor":7,"group":[null],"object":"x"}' })]) {
      expect(leads(record, { [name]: ['other'] })).toBe(false);
    }
  });

  it('let no group that is nested without end hold them up', () => {
    const nested = Array.from({ length: 1_000 }).reduce<object>(
      (inner, _, at) => ({ id: `g${at}`, subOrganizationOf: inner }),
      {},
    );
    const deep = event('deep', { body: JSON.stringify({ group: nested }) });
    expect(leads(deep, { courses: ['g999'] })).toBe(true);
    expect(leads(deep, { courses: ['g1'] })).toBe(false);
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
