import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { smallLrs, startDestination, type Answering } from './forward-destination.ts';
import { createStage, fullEvent, fullStatement, lrsAt, plainCrosswalk } from './forward-stage.ts';

const fault: fc.Arbitrary<Answering | null> = fc.constantFrom<(Answering | null)[]>(
  null,
  null,
  null,
  { status: 503 },
  { status: 429, headers: { 'retry-after': '3' } },
  { status: 413 },
  'reset',
  'half',
  { status: 401 },
);

const record = fc.record({ converted: fc.boolean(), bad: fc.boolean() });

/** True where the LRS stores what it got although a fault takes the place of its answer. */
const lost = fc.boolean();

describe('forwarding to an LRS that fails at random', () => {
  it('delivers each good record once and in order, and gives up only the bad ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 25 }),
        fc.array(fc.tuple(fault, lost), { maxLength: 12 }),
        fc.integer({ min: 1, max: 8 }),
        async (records, faults, count) => {
          const stage = await createStage();
          const lrs = smallLrs();
          const plan = [...faults];
          const server = await startDestination((request) => {
            const [instead, stores] = plan.shift() ?? [null, false];
            const alone = (JSON.parse(request.body) as unknown[]).length === 1;
            if (instead === null || (alone && isStatus(instead, 413))) return lrs.answer(request);
            if (instead === 'half') {
              // The status of a broken answer counts, so that it must be a true one.
              const usual = lrs.answer(request);
              return isStatus(usual, 200) ? instead : usual;
            }
            const answerLost = stores && !isStatus(instead, 413) && !isStatus(instead, 401);
            if (answerLost) lrs.answer(request);
            return instead;
          });
          const made = records.map(({ converted, bad }, index) =>
            (converted ? fullEvent : fullStatement)(`r${index}`, bad ? ',"bad":true' : ''),
          );
          await stage.append(made);
          for (let round = 0; round < 30; round += 1) {
            const crosswalk = plainCrosswalk(`${round}.0.0`);
            const forwarder = stage.forwarder([lrsAt(server.url, { batch: { count } })], {
              crosswalk: () => crosswalk,
            });
            const { end } = await forwarder.deliver('lrs');
            if (end === 'drained') break;
            if (end === 'stopped') await stage.log.resume('lrs');
            stage.clock.time += 400_000;
          }
          expect(await stage.states()).toEqual(
            records.map(({ bad }) => (bad ? 'dead: refused' : 'delivered')),
          );
          const good = made.filter((_, index) => !records[index]!.bad);
          expect([...lrs.statements.keys()]).toEqual(
            good.map(({ id, kind }) => (kind === 'event' ? `made-of-${id}` : id)),
          );
          await server.close();
          await stage.log.close();
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);
});

function isStatus(answer: Answering, status: number): boolean {
  return typeof answer === 'object' && answer.status === status;
}
