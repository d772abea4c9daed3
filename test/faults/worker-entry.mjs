/**
 * The Worker with faults around it, in the same isolate: a database that fails before or after it has written, messages that
 * come twice or again, and a clock that can be put ahead. `POST /faults` says what share of the calls fails.
 */
import worker from './worker.js';

const real = Date.now;
let share = 0;
let state = 1;

/** From 0 up to 1, by a seed (a linear congruential generator). */
const chance = () => (state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;

async function failing(work) {
  const lot = chance();
  if (lot < share / 2) throw new Error('D1_ERROR: Network connection lost.');
  const answer = await work();
  // It is written, and nobody learns of it.
  if (lot < share) throw new Error('D1_ERROR: Network connection lost.');
  return answer;
}

const statement = (inner) => ({
  inner,
  bind: (...values) => statement(inner.bind(...values)),
  all: () => failing(() => inner.all()),
});

const database = (inner) => ({
  prepare: (sql) => statement(inner.prepare(sql)),
  batch: (statements) => failing(() => inner.batch(statements.map((one) => one.inner))),
});

let wrapped;
function around(env) {
  if (!wrapped) {
    state = Number(env.FAULT_SEED);
    Date.now = () => real() + Number(env.FAULT_AHEAD);
    wrapped = { ...env, DB: database(env.DB) };
  }
  return wrapped;
}

export default {
  async fetch(request, env, context) {
    const inside = around(env);
    if (new URL(request.url).pathname !== '/faults') return worker.fetch(request, inside, context);
    share = Number(await request.text());
    return new Response();
  },
  scheduled: (event, env, context) => worker.scheduled(event, around(env), context),
  async queue(batch, env, context) {
    const inside = around(env);
    await Promise.all([worker.queue(batch, inside, context), worker.queue(batch, inside, context)]);
    if (chance() < share) throw new Error('the consumer failed after its work');
  },
};
