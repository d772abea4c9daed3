import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { NewRecord } from '../src/audit/index.ts';
import { startDestination, type Answering } from './forward-destination.ts';
import { createStage, lrsAt } from './forward-stage.ts';
import { statement } from './runtime/log-records.ts';

/** A statement of one of a few actors. What it says of itself decides how the LRS below answers. */
function said(id: string, actor: number, fate: Fate): NewRecord {
  const body = JSON.stringify({
    id,
    timestamp: '2026-01-01T00:00:00.000Z',
    actor: { mbox: `mailto:${actor}@example.org` },
    fate,
  });
  return statement(id, { body });
}

/** Taken; refused for good; or answered with a fault of the server's whenever it is in a request. */
type Fate = 'good' | 'bad' | 'poison';

interface Sent {
  readonly id: string;
  readonly actor: { readonly mbox: string };
  readonly fate: Fate;
}

const record = fc.record({
  actor: fc.integer({ min: 1, max: 3 }),
  fate: fc.oneof(
    { weight: 8, arbitrary: fc.constant('good' as const) },
    { weight: 1, arbitrary: fc.constant('bad' as const) },
    { weight: 1, arbitrary: fc.constant('poison' as const) },
  ),
});

const fault: fc.Arbitrary<Answering | null> = fc.constantFrom<(Answering | null)[]>(
  null,
  null,
  { status: 503 },
  { status: 429, headers: { 'retry-after': '2' } },
  'reset',
);

/** An LRS that takes no request with a bad or a poisoned statement in it, and keeps the order of what it takes. */
function sternLrs(faults: (Answering | null)[]) {
  const taken: Sent[] = [];
  const mended = { poison: false };
  const answer = ({ body }: { body: string }): Answering => {
    const instead = faults.shift();
    if (instead) return instead;
    const batch = JSON.parse(body) as Sent[];
    if (!mended.poison && batch.some(({ fate }) => fate === 'poison')) return { status: 500 };
    if (batch.some(({ fate }) => fate === 'bad')) return { status: 400 };
    taken.push(...batch);
    return { status: 200 };
  };
  return { taken, mended, answer };
}

const byActor = (all: readonly Sent[]) => {
  const groups = new Map<string, string[]>();
  for (const { id, actor } of all) groups.set(actor.mbox, [...(groups.get(actor.mbox) ?? []), id]);
  return Object.fromEntries(groups);
};

describe('the order of delivery', () => {
  it('is kept for each actor through faults, splits, restarts and replays, and one bad record holds nobody else back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 20 }),
        fc.array(fault, { maxLength: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(20),
        async (records, faults, count, cut) => {
          const stage = await createStage();
          const lrs = sternLrs([...faults]);
          const server = await startDestination(lrs.answer);
          const made = records.map(({ actor, fate }, at) => said(`s${at}`, actor, fate));
          const sent = made.map(({ body }) => JSON.parse(body) as Sent);
          const rounds = async (most: number) => {
            for (let round = 0; round < most; round += 1) {
              // Each round is a new process: what it knows stands in the log.
              const { end } = await stage.forwarder([lrsAt(server.url, { batch: { count } })]).deliver('lrs');
              if (end === 'drained') return;
              stage.clock.time += 400_000;
            }
          };
          await stage.append(made.slice(0, cut));
          await rounds(3);
          await stage.append(made.slice(cut));
          await rounds(40);

          // What stands behind a poisoned record of its own actor waits; everything else has got through.
          const blocked = new Set<string>();
          const wanted = sent.filter(({ actor, fate }) => {
            if (fate === 'poison') blocked.add(actor.mbox);
            return fate === 'good' && !blocked.has(actor.mbox);
          });
          expect(byActor(lrs.taken)).toEqual(byActor(wanted));

          lrs.mended.poison = true;
          await rounds(10);
          const good = sent.filter(({ fate }) => fate !== 'bad');
          expect(byActor(lrs.taken)).toEqual(byActor(good));
          const bad = sent.filter(({ fate }) => fate === 'bad');
          const dead = await stage.log.dead.list({ limit: 100 });
          expect(dead.map(({ record: { id } }) => id)).toEqual(bad.map(({ id }) => id));
          await server.close();
          await stage.log.close();
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('is kept among letters that are replayed together', async () => {
    const stage = await createStage();
    const taken: string[] = [];
    const server = await startDestination(({ body }) => {
      const ids = (JSON.parse(body) as Sent[]).map(({ id }) => id);
      if (stage.clock.time === start) return { status: 400 };
      taken.push(...ids);
      return { status: 200 };
    });
    const start = stage.clock.time;
    await stage.append([1, 2, 3, 4].map((at) => said(`s${at}`, at % 2, 'good')));
    const forwarder = stage.forwarder([lrsAt(server.url, { batch: { count: 3 } })]);
    expect(await forwarder.deliver('lrs')).toMatchObject({ dead: 4 });
    stage.clock.time += 1;
    await stage.append([said('s5', 1, 'good')]);
    await stage.log.dead.replay([4, 2, 3, 1], 'kept', { by: 'test', at: stage.clock.time });
    await forwarder.deliver('lrs');
    expect(taken).toEqual(['s1', 's2', 's3', 's4', 's5']);
    await server.close();
    await stage.log.close();
  });
});
