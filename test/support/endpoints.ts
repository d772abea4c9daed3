import type { Scope } from '../../src/gateway/index.ts';
import { aStatement, anEnvelope, anEvent } from './records.ts';

const agent = encodeURIComponent('{"mbox":"mailto:a@example.edu"}');
const activity = 'activityId=https://a.example';
const documents = [
  `/xapi/agents/profile?agent=${agent}&profileId=p`,
  `/xapi/activities/profile?${activity}&profileId=p`,
  `/xapi/activities/state?${activity}&agent=${agent}&stateId=s`,
];
/** Bodies of requests that take no statement. */
const bodies: Readonly<Record<string, unknown>> = {
  '/caliper': anEnvelope([anEvent()]),
  '/erasures': { actor: 'mailto:a@example.edu', dryRun: true },
};

/** Endpoints that are open to all. */
export const OPEN: readonly string[] = ['/healthz', '/readyz', '/xapi/about'];

type Endpoint = readonly [method: string, path: string, allowed: readonly Scope[]];

/** Every endpoint that is not open to all, with the scopes that open it. */
export const ENDPOINTS: readonly Endpoint[] = [
  ['GET', '/caliper', ['send-caliper']],
  ['POST', '/caliper', ['send-caliper']],
  ['POST', '/xapi/statements', ['send-xapi']],
  ['PUT', '/xapi/statements?statementId=6f0a1d5e-0e1f-4c8b-9a52-000000000900', ['send-xapi']],
  ['GET', '/xapi/statements', ['read-own', 'read-all']],
  ['GET', `/xapi/agents?agent=${agent}`, ['read-own', 'read-all']],
  ['GET', `/xapi/activities?${activity}`, ['read-own', 'read-all']],
  ...documents.flatMap((document): Endpoint[] => [
    ['GET', document, ['read-own', 'read-all']],
    ['PUT', document, ['send-xapi']],
    ['POST', document, ['send-xapi']],
    ['DELETE', document, ['send-xapi']],
  ]),
  ['GET', '/records', ['read-own', 'read-all']],
  ['GET', '/records?format=ndjson', ['read-own', 'read-all']],
  ['GET', '/records/1', ['read-own', 'read-all']],
  ['GET', '/dead', ['read-own', 'read-all']],
  ['GET', '/dead/1', ['read-own', 'read-all']],
  ['GET', '/dead/1/remapped', ['read-own', 'read-all']],
  ['POST', '/dead/replay', ['administer', 'operate']],
  ['POST', '/dead/1/replay', ['administer', 'operate']],
  ['PUT', '/dead/1/outbound', ['administer', 'operate']],
  ['DELETE', '/dead/1', ['administer', 'operate']],
  ['GET', '/terms', ['read-own', 'read-all']],
  ['GET', '/metrics', ['monitor', 'operate']],
  ['GET', '/destinations', ['monitor', 'operate']],
  ['POST', '/destinations/lrs/resume', ['operate']],
  ['GET', '/records/proof', ['operate']],
  ['POST', '/erasures', ['administer', 'operate']],
  ['GET', '/keys', ['administer', 'operate']],
  ['POST', '/keys', ['administer', 'operate']],
  ['POST', '/keys/1/rotate', ['administer', 'operate']],
  ['DELETE', '/keys/1', ['administer', 'operate']],
];

/** A request to one of them that is right but for its credential. */
export function requestTo(method: string, path: string, headers: Record<string, string>): RequestInit {
  const hasBody = method !== 'GET' && method !== 'DELETE';
  return {
    method,
    headers: {
      'content-type': 'application/json',
      'x-experience-api-version': '1.0.3',
      'if-none-match': '"x"',
      ...headers,
    },
    ...(hasBody && {
      body: JSON.stringify(bodies[path] ?? aStatement()),
    }),
  };
}
