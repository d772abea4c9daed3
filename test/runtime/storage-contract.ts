import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  MOST_TERMS,
  type NewRecord,
  type StatementEntry,
  type StatementPage,
  type Storage,
} from '../../src/audit/index.ts';
import type { JsonObject } from '../../src/json/index.ts';
import { event, EVENT_TIME, keyed, mapped, sha256, statement } from './log-records.ts';

/** How a driver's storage is put under the contract. */
export interface StorageDriver {
  readonly name: string;
  /** A storage of its own, empty. */
  create(): Promise<Storage>;
  dispose(): Promise<void>;
}

const skip = { onConflict: 'skip' } as const;
const bytes = (text: string) => new TextEncoder().encode(text);

const indexed = (
  id: string,
  terms: readonly string[],
  parts: Partial<NewRecord> & Partial<Omit<StatementEntry, 'terms'>> = {},
): NewRecord => {
  const { refersTo, voids, ...rest } = parts;
  const entry = { terms, ...(refersTo ? { refersTo } : {}), ...(voids ? { voids } : {}) };
  const attributes = voids ? { voids: refersTo } : {};
  return statement(id, { deliveries: [], attributes, entry, ...rest });
};

/** What the index, the documents and the attachments of every driver do. */
export function shouldKeepTheStorageContract(driver: StorageDriver): void {
  describe(`the storage in ${driver.name}`, () => {
    let storage: Storage;
    const found = async (terms: readonly string[], page: Partial<StatementPage> = {}) => {
      const wanted = { tenant: 'campus', terms, order: 'ascending', limit: 100, ...page } as const;
      return (await storage.statements.read(wanted)).statements.map(({ id }) => id);
    };

    beforeEach(async () => {
      storage = await driver.create();
    });
    afterAll(() => driver.dispose());

    it('finds statements that have all the terms asked for, and no others', async () => {
      await storage.append(
        [indexed('a', ['x', 'y']), indexed('b', ['y']), indexed('c', ['x', 'y', 'z'])],
        skip,
      );
      await storage.append([indexed('d', ['x'], { tenant: 'other' })], skip);
      expect(await found(['x', 'y'])).toEqual(['a', 'c']);
      expect(await found(['y'])).toEqual(['a', 'b', 'c']);
      expect(await found([])).toEqual(['a', 'b', 'c']);
      expect(await found(['x', 'unknown'])).toEqual([]);
      expect(await found(['x'], { tenant: 'other' })).toEqual(['d']);
    });

    it('finds what one source sent', async () => {
      await storage.append([indexed('a', ['x'], { source: 'one' }), indexed('b', ['x'])], skip);
      expect(await found(['x'], { source: 'one' })).toEqual(['a']);
      expect(await found([], { source: 'none' })).toEqual([]);
    });

    it('gives statements by the time stored, either way, and goes on where a page ended', async () => {
      const at = (id: string, receivedAt: number) => indexed(id, ['x'], { receivedAt });
      await storage.append([at('a', 10), at('b', 30), at('c', 20), at('d', 20)], skip);
      expect(await found(['x'])).toEqual(['a', 'c', 'd', 'b']);
      expect(await found(['x'], { order: 'descending' })).toEqual(['b', 'd', 'c', 'a']);
      expect(await found(['x'], { storedAfter: 10, storedUntil: 20 })).toEqual(['c', 'd']);
      expect(await found(['x'], { limit: 2 })).toEqual(['a', 'c']);
      expect(await found(['x'], { behind: { stored: 20, seq: 3 } })).toEqual(['d', 'b']);
      expect(await found(['x'], { behind: { stored: 20, seq: 4 }, order: 'descending' })).toEqual(['c', 'a']);
    });

    it('leaves out voided statements whichever came first, and never a voiding one', async () => {
      await storage.append([indexed('v', ['voiding'], { refersTo: 'late', voids: true })], skip);
      await storage.append([indexed('late', ['x']), indexed('kept', ['x'])], skip);
      await storage.append([indexed('w', ['voiding'], { refersTo: 'v', voids: true })], skip);
      expect(await storage.statements.find('campus', 'late')).toMatchObject({ id: 'late', voided: true });
      expect(await storage.statements.find('campus', 'v')).toMatchObject({ voided: false });
      expect(await storage.statements.find('campus', 'absent')).toBeNull();
      expect(await found([])).toEqual(['v', 'kept', 'w']);
    });

    it('finds with a statement all that refer to it, through others too, in any order of arrival', async () => {
      await storage.append([indexed('second', ['r2'], { refersTo: 'first' })], skip);
      await storage.append([indexed('first', ['r1'], { refersTo: 'target' })], skip);
      await storage.append([indexed('target', ['x'])], skip);
      await storage.append([indexed('later', ['r3'], { refersTo: 'second' })], skip);
      expect(await found(['x'])).toEqual(['second', 'first', 'target', 'later']);
      expect(await found(['r1'])).toEqual(['second', 'first', 'later']);
      expect(await found(['x'], { source: 'absent' })).toEqual([]);
    });

    it('survives statements that refer to one another in a circle', async () => {
      await storage.append([indexed('a', ['x'], { refersTo: 'b' })], skip);
      await storage.append([indexed('b', ['y'], { refersTo: 'a' })], skip);
      expect(await found(['x', 'y'])).toEqual(['a', 'b']);
    });

    it('indexes nothing of a batch that is refused', async () => {
      await storage.append([indexed('a', ['x'])], skip);
      await storage.append([indexed('b', ['x']), indexed('a', ['x'], { body: '{"other":1}' })], {
        onConflict: 'refuse',
      });
      expect(await found(['x'])).toEqual(['a']);
    });

    it('queues events until they are indexed as what they map to', async () => {
      await storage.append([event('urn:uuid:e', { receivedAt: 7, deliveries: [] })], skip);
      await storage.append([indexed('a', ['x'], { receivedAt: 8 })], skip);
      await storage.append([event('urn:uuid:f', { receivedAt: 9, deliveries: [] })], skip);
      expect(await storage.statements.consistency()).toEqual({ promised: -1, oldestQueued: 7 });
      const [first, second] = await storage.statements.queue(10);
      expect([first?.id, second?.id]).toEqual(['urn:uuid:e', 'urn:uuid:f']);
      if (!first || !second) throw new Error('the queue lacks an event');
      const indexings = [{ record: first, statement: { id: 'e', entry: { terms: ['x'] } } }];
      await storage.statements.index(indexings);
      await storage.statements.index(indexings);
      expect((await storage.statements.consistency()).oldestQueued).toBe(9);
      expect(await found(['x'])).toEqual(['e', 'a']);
      expect(await storage.statements.find('campus', 'e')).toMatchObject({ id: 'e', record: { seq: 1 } });
      await storage.statements.index([{ record: second, statement: null }]);
      expect((await storage.statements.consistency()).oldestQueued).toBeNull();
      await storage.append([indexed('e', ['x'])], skip);
      expect(await found(['x'])).toEqual(['a', 'e']);
      await storage.append([indexed('v', [], { refersTo: 'e', voids: true })], skip);
      expect(await found(['x'])).toEqual(['a', 'v']);
    });

    it('finds an event as the statement that it maps to once it is indexed, and under no other id', async () => {
      const events = ['own', 'other', 'none', 'late'].map((id) =>
        event(`urn:uuid:${id}`, { deliveries: [], source: 'lms' }),
      );
      await storage.append([...events, event('https://lms.example/1', { deliveries: [] })], skip);
      const [own, other, none, late, named] = await storage.statements.queue(10);
      if (!own || !other || !none || !late || !named) throw new Error('the queue lacks an event');
      const entry = { terms: ['x'] };
      await storage.statements.index([
        { record: own, statement: { id: 'own', entry } },
        { record: other, statement: { id: 'derived', entry } },
        { record: none, statement: null },
        { record: named, statement: { id: 'of-a-name', entry } },
      ]);
      const under = async (id: string) => (await storage.statements.find('campus', id))?.record.id ?? null;
      expect(await under('own')).toBe('urn:uuid:own');
      expect(await under('derived')).toBe('urn:uuid:other');
      expect(await under('of-a-name')).toBe('https://lms.example/1');
      for (const id of ['other', 'none', 'late', 'urn:uuid:own', 'https://lms.example/1']) {
        expect(await under(id)).toBeNull();
      }
      expect(await storage.statements.find('elsewhere', 'own')).toBeNull();
      expect(await found(['x'])).toEqual(['own', 'derived', 'of-a-name']);
    });

    it('finds an event by its id while it is still to be indexed, however many are, and afterwards', async () => {
      const seqOf = async (id: string, eventTime?: string) =>
        (await storage.find('campus', 'caliper', id, eventTime))?.seq ?? null;
      const later = event('e', { body: '{"later":true}' });
      await storage.append([event('e'), later, event('e', { tenant: 'other' })], skip);
      const many = Array.from({ length: 2_100 }, (_, at) => event(`m${at}`, { deliveries: [] }));
      await storage.append(many, skip);
      expect(await Promise.all(['e', 'm0', 'm2099', 'absent'].map((id) => seqOf(id)))).toEqual([
        2,
        4,
        2_103,
        null,
      ]);
      const queue = await storage.statements.queue(10_000);
      await storage.statements.index(queue.map((record) => ({ record, statement: null })));
      expect(await storage.statements.queue(1)).toEqual([]);
      expect(await Promise.all(['e', 'm0', 'm2099', 'absent'].map((id) => seqOf(id)))).toEqual([
        2,
        4,
        2_103,
        null,
      ]);
      await storage.append([event('e', { body: '{"newest":true}' })], skip);
      expect(await seqOf('e')).toBe(2_104);
    });

    it('finds an event by its id and its time to the second at once, and by any time once it is indexed', async () => {
      const seqOf = async (id: string, eventTime: string) =>
        (await storage.find('campus', 'caliper', id, eventTime))?.seq ?? null;
      const untimed = event('untimed', { eventTime: '' });
      const strange = event('strange', { eventTime: 'yesterday' });
      const describe = event('page', { kind: 'describe', eventTime: '' });
      await storage.append([event('e'), untimed, strange, describe], skip);
      expect(await seqOf('e', EVENT_TIME)).toBe(1);
      expect(await seqOf('e', EVENT_TIME.replace('.000Z', '.250+00:00'))).toBe(1);
      const elsewhen = '2026-01-15T10:15:01.000Z';
      expect(await Promise.all(['e', 'untimed', 'strange', 'page'].map((id) => seqOf(id, elsewhen)))).toEqual(
        [null, 2, 3, 4],
      );
      const [record] = await storage.statements.queue(1);
      if (!record) throw new Error('the queue lacks the event');
      await storage.statements.index([{ record, statement: null }]);
      expect(await seqOf('e', elsewhen)).toBe(1);
    });

    it('finds the first of two events of one id, and all that refers to them as statements', async () => {
      await storage.append([indexed('before', ['r1'], { refersTo: 'e' })], skip);
      const events = ['{"first":1}', '{"second":2}'].map((body) =>
        event('urn:uuid:e', { deliveries: [], body, digest: sha256(body) }),
      );
      await storage.append(events, skip);
      const queue = await storage.statements.queue(10);
      await storage.statements.index(
        queue.map((record) => ({ record, statement: { id: 'e', entry: { terms: ['x'] } } })),
      );
      await storage.append([indexed('after', ['r2'], { refersTo: 'e' })], skip);
      expect(queue.map(({ seq }) => seq)).toEqual([2, 3]);
      expect(await storage.statements.find('campus', 'e')).toMatchObject({
        record: { seq: 2 },
        voided: false,
      });
      expect(await found(['x'])).toEqual(['before', 'e', 'e', 'after']);
      await storage.append([indexed('v', [], { refersTo: 'e', voids: true })], skip);
      expect(await storage.statements.find('campus', 'e')).toMatchObject({
        record: { seq: 2 },
        voided: true,
      });
      expect(await found(['x'])).toEqual(['before', 'after', 'v']);
    });

    it('knows what is left under an id and time again, whichever was erased', async () => {
      const said = (id: string) => (n: number) =>
        event(id, { deliveries: [], body: `{"said":${n}}`, digest: sha256(`{"said":${n}}`) });
      const batch = (...numbers: number[]) => ['e', 'f'].flatMap((id) => numbers.map(said(id)));
      await storage.append(batch(1, 2, 3), skip);
      // The first and a later one of `e`, and all of `f`.
      const facts = { at: 6, tenant: 'campus', reason: 'person', by: 'me' } as const;
      await storage.erasures.erase([1, 3, 4, 5, 6], facts);
      expect(keyed(await storage.append([said('e')(2)], skip))).toEqual([['duplicate', 2]]);
      expect(keyed(await storage.append(batch(1, 2), skip))).toEqual([
        ['stored', 7],
        ['duplicate', 2],
        ['stored', 8],
        ['stored', 9],
      ]);
      expect(keyed(await storage.append(batch(2, 1), skip))).toEqual([
        ['duplicate', 2],
        ['duplicate', 7],
        ['duplicate', 9],
        ['duplicate', 8],
      ]);
    });

    it('stores nothing any more at a time through which readers were told that all is there', async () => {
      const { statements } = storage;
      const at = Date.UTC(2025, 0, 1);
      const early = (id: string, receivedAt: number) => {
        const attributes = { stored: new Date(receivedAt).toISOString() };
        return indexed(id, ['x'], { receivedAt, attributes });
      };
      await storage.append([early('a', at)], skip);
      expect(await statements.consistency(at + 10)).toEqual({ promised: at + 10, oldestQueued: null });
      expect(await statements.consistency(at + 5)).toMatchObject({ promised: at + 10 });
      const batch = [early('b', at + 20), early('c', at + 9), early('d', at + 10)];
      expect(await storage.append(batch, skip)).toMatchObject(
        [2, 3, 4].map((seq) => ({ outcome: 'stored', seq })),
      );
      expect(await found(['x'], { storedAfter: at + 10 })).toEqual(['c', 'd', 'b']);
      expect(await storage.find('campus', 'xapi', 'c')).toMatchObject({
        receivedAt: at + 11,
        attributes: { stored: '2025-01-01T00:00:00.011Z' },
      });
      expect(await storage.append([early('a', at)], skip)).toMatchObject([{ outcome: 'duplicate', seq: 1 }]);
    });

    it('knows the oldest of the queue, in whatever order writers committed', async () => {
      await storage.append([event('urn:uuid:e', { receivedAt: 9, deliveries: [] })], skip);
      await storage.append([event('urn:uuid:f', { receivedAt: 7, deliveries: [] })], skip);
      expect((await storage.statements.consistency()).oldestQueued).toBe(7);
    });

    it('indexes long batches whole', async () => {
      const many = Array.from({ length: 600 }, (_, at) =>
        indexed(`s${at}`, ['x', `own ${at} ${'é'.repeat(900)}`]),
      );
      await storage.append(many, skip);
      expect((await found(['x'], { limit: 1_000 })).length).toBe(600);
    });

    it('keeps attachments once, and none without a record', async () => {
      const content = Uint8Array.from([0, 255, 10, 13]);
      const sha2 = sha256('any');
      await storage.append([], { ...skip, attachments: [{ sha2, content }] });
      expect(await storage.attachment('campus', sha2)).toBeNull();
      await storage.append([indexed('a', [])], { ...skip, attachments: [{ sha2, content }] });
      await storage.append([indexed('b', [])], { ...skip, attachments: [{ sha2, content }] });
      expect(await storage.attachment('campus', sha2)).toEqual(content);
      expect(await storage.attachment('other', sha2)).toBeNull();
    });

    describe('counts per term', () => {
      const note = (code: string, term?: string) => ({ code, path: '', message: '', ...(term && { term }) });
      const fixed = (key: number, ...diagnostics: JsonObject[]) => ({
        key,
        outbound: { ...mapped('{}'), diagnostics },
      });

      it('say how often a term fell back, from which source, and where it was last seen', async () => {
        await storage.append([statement('a'), event('b', { source: 'lms' }), statement('c')], skip);
        const twice = [note('fallback', 'x'), note('fallback', 'x'), note('map-version')];
        await storage.fix([
          fixed(1, ...twice),
          fixed(2, note('no-term', 'x')),
          fixed(3, note('fallback', 'x')),
        ]);
        const [most, other, ...rest] = await storage.terms.list({ limit: 10 });
        const course = { source: 'course', language: 'xapi' };
        expect(most).toEqual({ ...course, code: 'fallback', term: 'x', count: 2, record: 3 });
        const lms = { source: 'lms', language: 'caliper', code: 'no-term', term: 'x', count: 1, record: 2 };
        expect(other).toEqual(lms);
        expect(rest).toEqual([]);
        expect(await storage.terms.list({ source: 'lms', limit: 10 })).toEqual([lms]);
        expect(await storage.terms.list({ tenant: 'other', limit: 10 })).toEqual([]);
        expect(await storage.terms.list({ limit: 1 })).toHaveLength(1);
      });

      it('count a record once, though its outbound form is fixed again', async () => {
        await storage.append([statement('a')], skip);
        for (const _ of [1, 2, 3]) await storage.fix([fixed(1, note('fallback', 'x'))]);
        expect(await storage.terms.list({ limit: 10 })).toMatchObject([{ term: 'x', count: 1 }]);
      });

      it('stay bounded, whatever a sender invents: further terms are counted together', async () => {
        const ids = Array.from({ length: 60 }, (_, at) => `s${at}`);
        await storage.append(
          ids.map((id) => statement(id)),
          skip,
        );
        for (const [at] of ids.entries()) {
          const terms = Array.from({ length: 100 }, (_, n) =>
            note('fallback', `${at}/${n}/${'y'.repeat(5000)}`),
          );
          await storage.fix([fixed(at + 1, ...terms)]);
        }
        const counts = await storage.terms.list({ limit: 10_000 });
        expect(counts).toHaveLength(MOST_TERMS + 1);
        expect(counts[0]).toMatchObject({ term: '', count: 6000 - MOST_TERMS, record: 60 });
        expect(Math.max(...counts.map(({ term }) => term.length))).toBe(300);
        expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(6000);
      });
    });

    describe('documents', () => {
      const key = {
        tenant: 'campus',
        resource: 'state',
        activity: 'https://example.edu/a',
        agent: 'ada',
        id: 'bookmark',
      } as const;
      const document = (text: string, updatedAt = 1) => ({
        content: bytes(text),
        contentType: 'text/plain',
        etag: sha256(text),
        updatedAt,
      });

      it('are written only over what the writer found', async () => {
        expect(await storage.documents.write(key, document('one'), null)).toBe(true);
        expect(await storage.documents.write(key, document('two'), null)).toBe(false);
        expect(await storage.documents.write(key, document('two'), sha256('none'))).toBe(false);
        expect(await storage.documents.find(key)).toEqual(document('one'));
        expect(await storage.documents.write(key, document('two'), sha256('one'))).toBe(true);
        expect(await storage.documents.find(key)).toEqual(document('two'));
        expect(await storage.documents.remove(key, sha256('one'))).toBe(false);
        expect(await storage.documents.remove(key, sha256('two'))).toBe(true);
        expect(await storage.documents.find(key)).toBeNull();
      });

      it('may be empty', async () => {
        await storage.documents.write(key, document(''), null);
        expect((await storage.documents.find(key))?.content.length).toBe(0);
      });

      it('are listed and cleared by their context', async () => {
        const registration = '0d1b1c2e-0000-4000-8000-000000000000';
        await storage.documents.write(key, document('a', 10), null);
        await storage.documents.write({ ...key, id: 'other', registration }, document('b', 20), null);
        await storage.documents.write({ ...key, agent: 'bob' }, document('c'), null);
        const { id: _id, ...context } = key;
        expect(await storage.documents.ids(context)).toEqual(['bookmark', 'other']);
        expect(await storage.documents.ids(context, 10)).toEqual(['other']);
        expect(await storage.documents.ids({ ...context, registration })).toEqual(['other']);
        await storage.documents.clear({ ...context, registration });
        expect(await storage.documents.ids(context)).toEqual(['bookmark']);
        await storage.documents.clear(context);
        expect(await storage.documents.ids(context)).toEqual([]);
        expect(await storage.documents.ids({ ...context, agent: 'bob' })).toEqual(['bookmark']);
      });
    });
  });
}
