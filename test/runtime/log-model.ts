import canonicalize from 'canonicalize';
import type {
  AppendOutcome,
  Attempt,
  DeliveryHistory,
  DestinationState,
  NewRecord,
  Outbound,
  RecordLog,
  StoredRecord,
} from '../../src/audit/index.ts';

interface Row {
  key: number;
  record: StoredRecord;
  route: string;
  destination: string;
  state: DeliveryHistory['state'];
  reason: DeliveryHistory['reason'];
  outbound: Outbound | null;
  attempts: Attempt[];
}

interface Destination extends DestinationState {
  holder: string | null;
  until: number;
  delivered: number;
}

/** The record log as plainly as it can be said: what the drivers are compared with. */
export function logModel(): RecordLog {
  const records: StoredRecord[] = [];
  const outbox: Row[] = [];
  const destinations = new Map<string, Destination>();

  const fresh = (destination: string): Destination => ({
    destination,
    failures: 0,
    retryAt: 0,
    stopped: null,
    openedAt: null,
    holder: null,
    until: 0,
    delivered: 0,
  });
  const known = (name: string): Destination => {
    const found = destinations.get(name) ?? fresh(name);
    destinations.set(name, found);
    return found;
  };
  const standing = ({
    destination,
    failures,
    retryAt,
    stopped,
    openedAt,
  }: Destination): DestinationState => ({
    destination,
    failures,
    retryAt,
    stopped,
    openedAt,
  });
  const rowOf = (key: number) => outbox.find((row) => row.key === key);
  const content = ({ body }: { readonly body: string }) => canonicalize(JSON.parse(body));
  const same = (a: NewRecord | StoredRecord, b: StoredRecord) =>
    a.tenant === b.tenant &&
    a.id === b.id &&
    (a.kind === 'statement') === (b.kind === 'statement') &&
    (a.kind === 'statement' || content(a) === content(b));

  return {
    largestBody: Infinity,

    pulled: () => Promise.resolve(null),

    async append(batch, { onConflict }) {
      const kept: NewRecord[] = [];
      const outcomes = batch.map((record): AppendOutcome => {
        const old = records.find((one) => same(record, one));
        const place = kept.findIndex((one) => same(record, { ...one, seq: 0 }));
        const earlier = old ?? kept[place];
        const seq = old ? old.seq : records.length + (earlier ? place : kept.length) + 1;
        if (!earlier) kept.push(record);
        if (earlier && content(earlier) !== content(record)) return { outcome: 'conflict', seq };
        return { outcome: earlier ? 'duplicate' : 'stored', seq };
      });
      if (onConflict === 'refuse' && outcomes.some((one) => one.outcome === 'conflict')) {
        return outcomes.map((one): AppendOutcome => {
          const unwritten = 'seq' in one && Number(one.seq) > records.length;
          if (one.outcome === 'conflict') return { outcome: 'conflict', seq: unwritten ? null : one.seq };
          return unwritten ? { outcome: 'refused' } : one;
        });
      }
      const queued = kept.flatMap(({ deliveries, eventTime: _eventTime, ...record }) => {
        const stored = { ...record, seq: records.length + 1 };
        records.push(stored);
        return deliveries.map((to) => ({ ...to, record: stored }));
      });
      // What one destination gets of a batch stands together in its queue.
      for (const name of new Set(queued.map(({ destination }) => destination))) {
        known(name);
        for (const one of queued.filter(({ destination }) => destination === name)) {
          const key = outbox.length + 1;
          outbox.push({ ...one, key, state: 'pending', reason: null, outbound: null, attempts: [] });
        }
      }
      return outcomes;
    },

    async find(tenant, language, id) {
      return (
        records.findLast((one) => one.tenant === tenant && one.language === language && one.id === id) ?? null
      );
    },

    async read({ after = 0, limit, ...conditions }) {
      const wanted = Object.entries(conditions) as [keyof StoredRecord, unknown][];
      return records
        .filter((one) => one.seq > after && wanted.every(([name, value]) => one[name] === value))
        .slice(0, limit);
    },

    async history(seq) {
      return outbox
        .filter((row) => row.record.seq === seq)
        .map(({ record: _record, outbound, ...line }) => {
          if (!outbound) return { ...line, outbound };
          const { body: _body, ...form } = outbound;
          return { ...line, outbound: form };
        });
    },

    async lease(destination, holder, now, until) {
      const own = known(destination);
      const taken = own.holder !== null && own.holder !== holder && own.until > now;
      if (taken || own.retryAt > now || own.stopped !== null) return false;
      destinations.set(destination, { ...own, holder, until });
      return true;
    },

    async release(destination, holder) {
      const own = destinations.get(destination);
      if (own?.holder === holder) destinations.set(destination, { ...own, holder: null, until: 0 });
    },

    async pending(destination, limit, after = 0) {
      return outbox
        .filter((row) => row.destination === destination && row.state === 'pending' && row.key > after)
        .slice(0, limit)
        .map(({ state: _state, reason: _reason, attempts, ...item }) => ({
          ...item,
          attempts: attempts.length,
        }));
    },

    async fix(forms) {
      for (const { key, outbound } of forms) {
        const row = rowOf(key);
        if (row) row.outbound ??= outbound;
      }
    },

    async settle(settlements, state) {
      const own = { ...known(state.destination), ...state };
      for (const one of settlements) {
        const row = rowOf(one.key);
        row?.attempts.push(one.attempt);
        if (row?.state !== 'pending') continue;
        row.state = one.state;
        if (one.state === 'dead') row.reason = one.reason;
        if (one.state === 'delivered') own.delivered += 1;
      }
      destinations.set(state.destination, own);
    },

    async state(destination) {
      return standing(destinations.get(destination) ?? fresh(destination));
    },

    async standings() {
      const names = [...destinations.keys()].sort();
      return names.map((name) => standing(known(name)));
    },

    async resume(destination) {
      const running = { failures: 0, retryAt: 0, stopped: null, openedAt: null };
      destinations.set(destination, { ...known(destination), ...running });
    },

    async counts() {
      return [...destinations.values()]
        .sort((a, b) => (a.destination < b.destination ? -1 : 1))
        .map(({ destination, delivered }) => {
          const rows = outbox.filter((row) => row.destination === destination);
          const pending = rows.filter((row) => row.state === 'pending');
          const dead = rows.filter((row) => row.state === 'dead').length;
          const oldestPending = pending[0]?.record.receivedAt ?? null;
          return { destination, pending: pending.length, delivered, dead, oldestPending };
        });
    },

    async close() {
      records.length = 0;
    },
  };
}
