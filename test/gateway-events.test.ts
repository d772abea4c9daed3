import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { shippedCrosswalk } from '../src/index.ts';
import type { JsonObject } from '../src/json/index.ts';
import { envelope, event } from './runtime/gateway-records.ts';
import { appInMemory, ENVIRONMENT } from './support/app.ts';
import { crosswalk, folder, lines } from './support/command-line.ts';

type App = Awaited<ReturnType<typeof appInMemory>>['app'];

const post = (app: App, path: string, body: unknown) =>
  app.request(`http://gateway.test${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`,
      'x-experience-api-version': '1.0.3',
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });

describe('events in the log of a gateway', () => {
  it('stand in the order of their own times, by whatever way they came, so that each is known again', async () => {
    const files = folder();
    const database = `${files.path}/log.sqlite`;
    const at = (minute: number) => event({ eventTime: `2026-01-15T10:${minute}:30.250Z` });
    const sent = [at(10), at(12)];
    const kept = [at(11), at(13)];
    const { app, log } = await appInMemory({}, { database });
    expect((await post(app, '/caliper', envelope(sent))).status).toBe(200);
    await log.close();
    const dump = files.file('dump.json', [...kept, ...sent]);
    const ran = await crosswalk(['import', '--database', database, '--source', 'old', dump]);
    expect(lines(ran.output)).toEqual([{ stored: 2, duplicate: 2, refused: 0 }]);
    const rows = new Sqlite(database, { readonly: true })
      .prepare(
        "SELECT id FROM records INDEXED BY events_by_time WHERE kind <> 'statement' ORDER BY event_time",
      )
      .pluck()
      .all();
    expect(rows).toEqual([sent[0], kept[0], sent[1], kept[1]].map((one) => one?.id));
    files.remove();
  });

  it('are known as what a statement was made from while they are still to be indexed', async () => {
    const idle = { catchUp: () => Promise.resolve(false), wake: () => undefined };
    const lrs = { name: 'lrs', kind: 'lrs', url: 'https://lrs.example.edu' } as const;
    const authorization = { scheme: 'bearer', token: { env: 'CROSSWALK_TOKEN' } } as const;
    const { app, log } = await appInMemory({ destinations: [{ ...lrs, authorization }] }, { indexer: idle });
    const ours = event();
    await post(app, '/caliper', envelope([ours]));
    const made = shippedCrosswalk().toXapi(ours as JsonObject);
    if (!made.ok) throw new Error('the event maps to no statement');
    // An LRS may write a time in another form.
    const timestamp = (made.record['timestamp'] as string).replace('Z', '+00:00');
    expect((await post(app, '/xapi/statements', { ...made.record, timestamp })).status).toBe(200);
    expect(await log.statements.queue(10)).toMatchObject([{ id: ours.id }]);
    const back = await log.find('default', 'xapi', ours.id.slice('urn:uuid:'.length));
    expect(back).toMatchObject({ seq: 2, attributes: { echoOf: 1 } });
    expect(await log.history(2)).toEqual([]);
    expect(await log.history(1)).toHaveLength(1);
  });
});
