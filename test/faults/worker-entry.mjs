/**
 * The Worker with faults around it, in the same isolate: a database and a queue that fail before or after they have
 * written, calls that take their time, work after an answer that the platform cuts off, messages that come twice or again,
 * and a clock that can be put ahead. `POST /faults` says what share of the calls meets which.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import worker from './worker.js';

const { fetch } = globalThis;
const { now } = Date;
/** The event that a call is made for. */
const events = new AsyncLocalStorage();
/** `fail`: part of the calls that fail; `cut`: part of the events that are cut off; `hangUp`: part of the senders that hang up; `slow`: milliseconds a call takes at most. */
let faults = { fail: 0, cut: 0, hangUp: 0, slow: 0 };
/** Requests that were ended in the middle since their senders hung up. */
let ended = 0;
let state = 1;

/** From 0 up to 1, by a seed (a linear congruential generator). */
const chance = () => (state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;

const never = new Promise(() => {});

/** A call of an event: none comes back once the event is cut off, as where the platform ends it; it may have done its work. */
async function called(work) {
  const event = events.getStore();
  if (event && event.calls <= 0) return never;
  if (event) event.calls -= 1;
  if (faults.slow > 0) await new Promise((resolve) => setTimeout(resolve, chance() * faults.slow));
  const answer = await work();
  return event && event.calls <= 0 ? never : answer;
}

/** Where an event is to be cut off from now on, after some calls. */
function mayCutOff(event) {
  if (chance() < faults.cut) event.calls = Math.floor(chance() * 8);
}

async function failing(work) {
  const lot = chance();
  if (lot < faults.fail / 2) throw new Error('D1_ERROR: Network connection lost.');
  const answer = await called(work);
  // It is written, and nobody learns of it.
  if (lot < faults.fail) throw new Error('D1_ERROR: Network connection lost.');
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

const queue = (inner) => ({ send: (message, options) => failing(() => inner.send(message, options)) });

let wrapped;
function around(env) {
  if (!wrapped) {
    state = Number(env.FAULT_SEED);
    Date.now = () => now() + Number(env.FAULT_AHEAD);
    globalThis.fetch = (...what) => called(() => fetch(...what));
    wrapped = { ...env, DB: database(env.DB), DELIVERIES: queue(env.DELIVERIES) };
  }
  return wrapped;
}

/** What an event is told of itself. */
const contextOf = (context, event) => ({
  waitUntil(work) {
    event.waits = true;
    context.waitUntil(work);
  },
});

/** A sender that hangs up ends its event, as the platform has it, where nothing of it waits. */
async function hangingUp(event) {
  if (chance() >= faults.hangUp) return never;
  await new Promise((resolve) => setTimeout(resolve, chance() * 40));
  if (!event.waits) {
    event.calls = 0;
    ended += 1;
  }
  return new Response(null, { status: 503 });
}

/** Runs an event, whose calls know it by this. What it has begun when it is through may be cut off. */
function within(work) {
  const event = { calls: Infinity, waits: false };
  return events.run(event, async () => {
    const answer = await work(event);
    mayCutOff(event);
    return answer;
  });
}

export default {
  async fetch(request, env, context) {
    const inside = around(env);
    if (new URL(request.url).pathname !== '/faults')
      return within((event) =>
        Promise.race([worker.fetch(request, inside, contextOf(context, event)), hangingUp(event)]),
      );
    faults = { ...faults, ...(await request.json()) };
    return Response.json({ ended });
  },
  scheduled: (moment, env, context) =>
    within((event) => worker.scheduled(moment, around(env), contextOf(context, event))),
  async queue(batch, env, context) {
    const inside = around(env);
    const consume = () =>
      within((event) => {
        mayCutOff(event);
        return worker.queue(batch, inside, contextOf(context, event));
      });
    await Promise.all([consume(), consume()]);
    if (chance() < faults.fail) throw new Error('the consumer failed after its work');
  },
};
