import { UniqueViolationError, type SqlEngine, type SqlStatement } from './engine.ts';
import { insertions, lists } from './lists.ts';
import { indexing } from './index-statements.ts';
import {
  LogUnavailableError,
  type AppendOutcome,
  type AttachmentContent,
  type Delivery,
  type NewRecord,
  type RecordLog,
} from './log.ts';
import { createPlanning, type AppendPlan, type Fresh } from './plan-append.ts';
import { keepingPromise, stampedAfterPromise } from './promise.ts';
import type { PullMark } from './pulls.ts';
import { recordValues, storable } from './rows.ts';
import { INSERT_ATTACHMENT } from './sql/documents.ts';
import { insertDestinations } from './sql/destinations.ts';
import { KEEP_FIRST_EVENTS } from './sql/events.ts';
import { INSERT_OUTBOX } from './sql/outbox.ts';
import { UPSERT_PULL } from './sql/pulls.ts';
import { insertRecords, SELECT_LAST_RECORD } from './sql/records.ts';

/** How often a batch is tried: without a look-up, with one, and again where another writer took one of its ids in between. */
const MOST_TRIES = 6;

/** True where the record does not name this way before. */
const isFirstOfItsKind = (to: Delivery, at: number, deliveries: readonly Delivery[]) =>
  deliveries.findIndex(({ route, destination }) => route === to.route && destination === to.destination) ===
  at;

/** Records in a row that go to one destination by one route, by how many of the batch come after each. */
interface Run {
  readonly to: Delivery;
  readonly places: number[];
}

/**
 * Queues records for their destinations, in order. What one destination gets stands together, since it is read, fixed and
 * settled together.
 */
function queued(fresh: readonly NewRecord[]): SqlStatement[] {
  const runs = new Map<string, Run[]>();
  fresh.forEach(({ deliveries }, at) => {
    for (const to of deliveries.filter(isFirstOfItsKind)) {
      const own = runs.get(to.destination) ?? [];
      const place = fresh.length - 1 - at;
      const last = own.at(-1);
      if (last?.to.route === to.route) last.places.push(place);
      else own.push({ to, places: [place] });
      runs.set(to.destination, own);
    }
  });
  return [...runs.values()]
    .flat()
    .flatMap(({ to: { route, destination }, places }) =>
      lists(places).map((list) => ({ sql: INSERT_OUTBOX, parameters: [route, destination, list] })),
    );
}

/** Keeps the attachments' data for each tenant of the batch. */
function attached(fresh: readonly NewRecord[], attachments: readonly AttachmentContent[]): SqlStatement[] {
  const tenants = [...new Set(fresh.map(({ tenant }) => storable(tenant)))];
  return tenants.flatMap((tenant) =>
    attachments.map(({ sha2, content }) => ({ sql: INSERT_ATTACHMENT, parameters: [tenant, sha2, content] })),
  );
}

const marked = (pull: PullMark | undefined): SqlStatement[] =>
  pull ? [{ sql: UPSERT_PULL, parameters: [pull.name, pull.position.through] }] : [];

/** True for an event under whose id and time another one stands. */
const isLater = ({ record, variant }: Fresh) => record.kind === 'event' && variant !== '';

/** The batch that writes the fresh records. Its last statement gives the key of the last one. */
function appending(
  engine: SqlEngine,
  plan: AppendPlan,
  attachments: readonly AttachmentContent[],
  pull: PullMark | undefined,
): SqlStatement[] {
  const fresh = plan.fresh.map(({ record }) => record);
  const destinations = [...new Set(fresh.flatMap((record) => record.deliveries.map((to) => to.destination)))];
  return [
    keepingPromise(fresh),
    ...insertions(
      plan.fresh.map(({ record, variant }) => recordValues(record, variant)),
      insertRecords,
      engine,
    ),
    ...(plan.fresh.some(isLater) ? [{ sql: KEEP_FIRST_EVENTS, parameters: [fresh.length] }] : []),
    ...insertions(
      destinations.map((name) => [name]),
      insertDestinations,
      engine,
    ),
    ...queued(fresh),
    ...attached(fresh, attachments),
    ...indexing(fresh),
    ...marked(pull),
    { sql: SELECT_LAST_RECORD, parameters: [] },
  ];
}

function outcomes(plan: AppendPlan, last: number): AppendOutcome[] {
  return plan.verdicts.map(({ outcome, holder }) => ({
    outcome,
    seq: 'seq' in holder ? holder.seq : last - (plan.fresh.length - 1 - holder.place),
  }));
}

function refusals(plan: AppendPlan): AppendOutcome[] {
  return plan.verdicts.map(({ outcome, holder }) => {
    const seq = 'seq' in holder ? holder.seq : null;
    if (outcome === 'conflict') return { outcome, seq };
    return seq === null ? { outcome: 'refused' } : { outcome: 'duplicate', seq };
  });
}

/** Batches that are looked up first after one that repeated what the log had: who sends again sends more than once. */
const WARY = 100;

/** True where the unique indexes would have kept the batch from being written without a look-up. */
const isTaken = ({ fresh, verdicts }: AppendPlan) =>
  fresh.some(isLater) || verdicts.some(({ holder }) => 'seq' in holder);

/**
 * Appends records in one atomic batch, as {@link RecordLog.append} says. Hardly any batch repeats what the log has: one
 * is written without a look at it, and the unique indexes catch what repeats, what another writer was faster with, and what comes
 * before a time that a reader was promised. Then it is looked up, and so are the batches that follow.
 */
export function createAppend(engine: SqlEngine): RecordLog['append'] {
  let wary = 0;
  const planning = createPlanning(engine);

  const lookedUp = async (records: readonly NewRecord[]): Promise<AppendPlan> => {
    const plan = await planning.besideLog(records);
    wary = isTaken(plan) ? WARY : Math.max(wary - 1, 0);
    return plan;
  };
  const hoped = async (records: readonly NewRecord[]): Promise<AppendPlan | undefined> => {
    if (wary > 0) return undefined;
    const plan = await planning.alone(records);
    // A batch that repeats itself is told by all that the log says of it.
    return plan.fresh.length === records.length ? plan : undefined;
  };

  return async (records, { onConflict, attachments = [], pull }) => {
    const told = await planning.isTold(records);
    let race: unknown;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const stamped = tries === 0 ? records : await stampedAfterPromise(engine, records);
      const plan = (tries === 0 && told ? await hoped(stamped) : undefined) ?? (await lookedUp(stamped));
      if (onConflict === 'refuse' && plan.verdicts.some((verdict) => verdict.outcome === 'conflict')) {
        return refusals(plan);
      }
      if (plan.fresh.length === 0) {
        if (pull) await engine.write(marked(pull));
        return outcomes(plan, 0);
      }
      try {
        const results = await engine.write(appending(engine, plan, attachments, pull));
        return outcomes(plan, Number(results.at(-1)?.[0]?.seq));
      } catch (error) {
        if (!(error instanceof UniqueViolationError)) throw error;
        race = error;
      }
    }
    throw new LogUnavailableError('other writers took the ids of a batch each time it was tried', {
      cause: race,
    });
  };
}
