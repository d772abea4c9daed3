import parsePrometheusText from 'parse-prometheus-text-format';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startDestination, type LocalDestination } from '../forward-destination.ts';
import { envelope, event } from './gateway-records.ts';
import { bearer, CONFIGURATION, eventually, SECRETS, type Stage, type StageHost } from './gateway-stage.ts';

interface Standing {
  name: string;
  state: string;
  breaker: string;
  failures: number;
  retryAt: string | null;
  stopped: string | null;
  pending: number;
  delivered: number;
}

interface Metric {
  name: string;
  metrics: { value: string; labels?: Record<string, string> }[];
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const MONITOR = { authorization: 'Bearer monitor-secret' };
const OPERATOR = { authorization: 'Bearer operator-secret' };

/** What people see of deliveries, and how the gateway says that it is full. */
export function watchingCases(host: StageHost): void {
  let endpoint: LocalDestination;
  let receiver: LocalDestination;
  let stage: Stage;

  const open = (more: object = {}) => {
    const holder = (name: string, scope: 'monitor' | 'operate', env: string) => ({
      name,
      scopes: [scope],
      credentials: [{ scheme: 'bearer' as const, token: { env } }],
    });
    return host.open(
      {
        ...CONFIGURATION,
        sources: [
          ...(CONFIGURATION.sources ?? []),
          holder('prometheus', 'monitor', 'MONITOR'),
          holder('operator', 'operate', 'OPERATOR'),
        ],
        destinations: [
          {
            kind: 'caliper',
            allowPrivate: true,
            name: 'endpoint',
            url: `${endpoint.url}/caliper`,
            authorization: { scheme: 'bearer', token: { env: 'DESTINATION' } },
            batch: { age: 0 },
          },
        ],
        alerts: { url: receiver.url, secret: { env: 'ALERTS' } },
        ...more,
      },
      { ...SECRETS, MONITOR: 'monitor-secret', OPERATOR: 'operator-secret', ALERTS: 'alerts-secret' },
    );
  };

  beforeEach(async () => {
    endpoint = await startDestination();
    receiver = await startDestination();
    stage = await open();
  });
  afterEach(async () => {
    await stage.close();
    await Promise.all([endpoint.close(), receiver.close()]);
  });

  const send = (headers: Record<string, string> = {}, ...events: unknown[]) =>
    stage.request('/caliper', {
      method: 'POST',
      headers: { ...bearer('CAMPUS'), 'content-type': 'application/json', ...headers },
      body: JSON.stringify(envelope(events.length > 0 ? events : [event()])),
    });
  const standing = async (headers = OPERATOR) => {
    const answer = await stage.request('/destinations', { headers });
    const { destinations } = (await answer.json()) as { destinations: Standing[] };
    return destinations[0];
  };
  const metrics = async () => {
    const answer = await stage.request('/metrics', { headers: MONITOR });
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const families = parsePrometheusText(await answer.text()) as Metric[];
    return (name: string, labels: Record<string, string> = {}) =>
      families
        .find((family) => family.name === name)
        ?.metrics.find((metric) =>
          Object.entries(labels).every(([label, value]) => metric.labels?.[label] === value),
        )?.value;
  };

  it('counts what became of records, for those who may monitor', async () => {
    await send({}, event(), event());
    await eventually(stage, async () => {
      const value = await metrics();
      const destination = 'endpoint';
      expect(value('crosswalk_delivered_total', { destination })).toBe('2');
      expect(value('crosswalk_deliveries_pending', { destination })).toBe('0');
      expect(value('crosswalk_delivery_oldest_age_seconds', { destination })).toBe('0');
      expect(value('crosswalk_delivery_attempts_total', { destination, outcome: 'delivered' })).toBe('2');
      expect(value('crosswalk_destination_breaker', { destination, state: 'closed' })).toBe('1');
      expect(value('crosswalk_destination_stopped', { destination })).toBe('0');
      expect(Number(value('crosswalk_log_bytes'))).toBeGreaterThan(10_000);
      expect(value('crosswalk_backpressure', { reason: 'pending' })).toBe('0');
    });
    expect((await stage.request('/metrics')).status).toBe(401);
    expect((await stage.request('/metrics', { headers: bearer('CAMPUS') })).status).toBe(403);
  });

  it('tells metrics to all where it is told to', async () => {
    const open_ = await open({ metrics: { public: true } });
    expect((await open_.request('/metrics')).status).toBe(200);
    await open_.close();
  });

  it('shows a destination that is stopped, tells people of it once, and resumes it when it is told to', async () => {
    endpoint.next.push({ status: 401, body: 'not you' });
    await send();
    await eventually(stage, async () => {
      expect(await standing()).toMatchObject({
        state: 'stopped',
        stopped: 'status 401: not you',
        pending: 1,
      });
      expect(receiver.requests).toHaveLength(1);
    });
    expect((await standing(MONITOR))?.stopped).toBe('status 401');
    expect(JSON.parse(receiver.requests[0]!.body)).toMatchObject({
      type: 'crosswalk.destination-stopped',
      data: { subject: 'endpoint', status: 'firing' },
    });
    const resume = (headers: Record<string, string>, name = 'endpoint') =>
      stage.request(`/destinations/${name}/resume`, { method: 'POST', headers });
    expect((await resume(MONITOR)).status).toBe(403);
    expect((await resume(OPERATOR, 'nobody')).status).toBe(404);
    expect((await resume(OPERATOR)).status).toBe(200);
    await eventually(stage, async () => {
      expect(await standing()).toMatchObject({ state: 'running', delivered: 1 });
    });
  });

  it('tries again at its time what failed, without a timer of minutes', async () => {
    endpoint.next.push({ status: 503 });
    await send();
    const end = Date.now() + 15_000;
    while (endpoint.requests.length < 2 && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(endpoint.requests).toHaveLength(2);
    await eventually(stage, async () =>
      expect(await standing()).toMatchObject({ delivered: 1, failures: 0 }),
    );
  }, 30_000);

  it('names a request by what its sender calls it, by its trace, or anew', async () => {
    const idOf = async (headers: Record<string, string>) =>
      (await stage.request('/nowhere', { headers })).headers.get('x-request-id');
    const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
    expect(await idOf({ 'x-request-id': 'mine-1', traceparent })).toBe('mine-1');
    expect(await idOf({ traceparent })).toBe(TRACE);
    expect(await idOf({ 'x-request-id': 'not <mine>', traceparent: 'nonsense' })).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('goes on with the trace of a request when it delivers its records', async () => {
    await send({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, tracestate: 'rojo=1' });
    await eventually(stage, () => expect(endpoint.requests).toHaveLength(1));
    const { headers } = endpoint.requests[0]!;
    expect(headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    expect(headers.tracestate).toBe('rojo=1');
  });

  it('takes nothing while too much waits, whatever it is, and still answers those who read', async () => {
    await stage.close();
    stage = await open({ backpressure: { pending: 2, share: 1 } });
    endpoint.next.push({ status: 401 });
    expect((await send({}, event(), event())).status).toBe(200);
    const refused = await send();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await refused.json()).toMatchObject({ code: 'gateway-full' });
    const xapi = {
      ...bearer('CAMPUS'),
      'x-experience-api-version': '1.0.3',
      'content-type': 'application/json',
    };
    const statements = await stage.request('/xapi/statements', { method: 'POST', headers: xapi, body: '[]' });
    expect(statements.status).toBe(503);
    const parameters = new URLSearchParams({ activityId: 'https://example.org/a', profileId: 'p' });
    const profile = `/xapi/activities/profile?${parameters.toString()}`;
    const put = await stage.request(profile, {
      method: 'PUT',
      headers: { ...xapi, 'if-none-match': '*' },
      body: '{}',
    });
    expect(put.status).toBe(503);
    expect((await stage.request('/xapi/statements', { headers: xapi })).status).toBe(200);
    expect(await (await stage.request('/readyz')).json()).toEqual({ status: 'ready', accepting: false });
  });
}
