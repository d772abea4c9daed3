import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shippedCrosswalk } from '../src/index.ts';
import { smallLrs, startDestination, type LocalDestination, type SmallLrs } from './forward-destination.ts';
import { createStage, endpointAt, lrsAt, type Stage } from './forward-stage.ts';
import { statement } from './runtime/log-records.ts';

const ID = '7f6c1e9a-3b52-4c4e-9d7e-2c6d4a9b1f01';
const whole = {
  id: ID,
  timestamp: '2026-01-01T00:00:00.000Z',
  actor: { mbox: 'mailto:ada@example.org' },
  verb: { id: 'https://example.org/verbs/did' },
  object: { id: 'https://example.org/quiz' },
};

describe('a strict destination', () => {
  let stage: Stage;
  let lrs: SmallLrs;
  let server: LocalDestination;
  beforeEach(async () => {
    stage = await createStage();
    lrs = smallLrs();
    server = await startDestination((request) => lrs.answer(request));
  });
  afterEach(async () => {
    await stage.log.close();
    await server.close();
  });

  const append = (value: object, destination: string) =>
    stage.append([statement(ID, { body: JSON.stringify(value) })], destination);

  it('gets what keeps the rules of its language', async () => {
    await append(whole, 'lrs');
    const forwarder = stage.forwarder([lrsAt(server.url, { strict: true })]);
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 1, dead: 0 });
  });

  it('does not get what breaks one: that becomes a dead letter, which says why', async () => {
    await append({ ...whole, actor: { mbox: 'ada@example.org' } }, 'lrs');
    const forwarder = stage.forwarder([lrsAt(server.url, { strict: true })]);
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 0, dead: 1 });
    expect(await stage.states()).toEqual(['dead: invalid']);
    expect((await stage.log.dead.find(1))?.attempts[0]?.answer).toMatch(/ at \/actor\/mbox: /);
    expect(server.requests).toEqual([]);
  });

  it('judges by itself where it is not strict', async () => {
    await append({ ...whole, actor: { mbox: 'ada@example.org' } }, 'lrs');
    expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({ delivered: 1 });
  });

  it('gets events of which the tables make what its language allows', async () => {
    await append(whole, 'endpoint');
    const options = { crosswalk: shippedCrosswalk };
    const forwarder = stage.forwarder([endpointAt(server.url, { strict: true })], options);
    server.next.push({ status: 200 });
    expect(await forwarder.deliver('endpoint')).toMatchObject({ delivered: 1, dead: 0 });
  });
});
