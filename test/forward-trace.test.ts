import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTrace, traceAttribute } from '../src/forward/index.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { createStage, fullStatement, lrsAt, type Stage } from './forward-stage.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const OTHER = '0af7651916cd43dd8448eb211c80319c';
const SPAN = '00f067aa0ba902b7';

describe('a trace context', () => {
  it.each([
    ['its usual form', `00-${TRACE}-${SPAN}-01`],
    ['a later version with more', `cc-${TRACE}-${SPAN}-01-what-comes`],
    ['flags of a later level', `00-${TRACE}-${SPAN}-ff`],
  ])('is read in %s', (_form, parent) => {
    expect(readTrace(parent, undefined)).toEqual({ traceId: TRACE, spanId: SPAN, flags: 1, state: '' });
  });

  it.each([
    undefined,
    '',
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
  ])('is none in %j', (parent) => {
    expect(readTrace(parent, 'a=b')).toBeNull();
  });

  it('keeps the entries of vendors that have the form for it', () => {
    expect(readTrace(`00-${TRACE}-${SPAN}-00`, 'rojo=1,congo=t61;x,no entry')?.state).toBe(
      'rojo=1,congo=t61;x',
    );
  });
});

describe('deliveries in traces', () => {
  let stage: Stage;
  let server: LocalDestination;
  beforeEach(async () => {
    stage = await createStage();
    server = await startDestination();
  });
  afterEach(async () => {
    await stage.log.close();
    await server.close();
  });

  const traced = (id: string, traceId: string, state = '') => ({
    ...fullStatement(id),
    attributes: { trace: traceAttribute({ traceId, spanId: SPAN, flags: 1, state }) },
  });
  const headers = () =>
    server.requests.map(({ headers: { traceparent, tracestate } }) => ({ traceparent, tracestate }));

  it('go on in the trace of their records, each request as a part of its own', async () => {
    await stage.append([traced('a', TRACE, 'rojo=1'), traced('b', TRACE, 'rojo=1')]);
    server.next.push({ status: 503 });
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    stage.clock.time += 1_000;
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    const parents = headers().map(({ traceparent }) => String(traceparent));
    expect(parents).toHaveLength(3);
    for (const parent of parents) expect(parent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(new Set([...parents, `00-${TRACE}-${SPAN}-01`]).size).toBe(4);
    expect(headers().map(({ tracestate }) => tracestate)).toEqual(['rojo=1', 'rojo=1', 'rojo=1']);
  });

  it('begin a trace of their own where their records belong to several, and say which', async () => {
    await stage.append([traced('a', TRACE, 'rojo=1'), traced('b', OTHER), fullStatement('c')]);
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    const [{ traceparent, tracestate } = {}] = headers();
    const traceId = String(traceparent).split('-')[1];
    expect(readTrace(String(traceparent), undefined)).not.toBeNull();
    expect([TRACE, OTHER]).not.toContain(traceId);
    expect(tracestate).toBeUndefined();
    expect(stage.events).toContainEqual({
      type: 'traced',
      destination: 'lrs',
      count: 3,
      traceId,
      links: [TRACE, OTHER],
    });
  });

  it('have no trace where their records have none', async () => {
    await stage.append([fullStatement('a')]);
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(headers()).toEqual([{ traceparent: undefined, tracestate: undefined }]);
  });
});
