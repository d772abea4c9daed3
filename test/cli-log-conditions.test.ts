import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelope, event, person, statement } from './runtime/gateway-records.ts';
import { crosswalk, folder, lines, type Folder } from './support/command-line.ts';

describe('crosswalk log with conditions', () => {
  let files: Folder;
  let database: string;
  const actor = 'https://lms.example.edu/users/log';
  const sent = event({ actor: { id: actor, type: 'Person' } });
  const entity = person();
  const said = statement({ actor: { mbox: 'mailto:log@example.edu' } });

  beforeAll(async () => {
    files = folder();
    database = `${files.path}/log.sqlite`;
    const dump = files.file(
      'dump.ndjson',
      [envelope([sent, entity]), said].map((one) => JSON.stringify(one)).join('\n'),
    );
    expect((await crosswalk(['import', '--database', database, dump])).status).toBe(0);
  });
  afterAll(() => files.remove());

  const found = async (...words: string[]) => {
    const ran = await crosswalk(['log', '--database', database, ...words]);
    expect(ran).toMatchObject({ status: 0, errors: '' });
    return lines<{ id: string }>(ran.output).map(({ id }) => id);
  };

  it('prints the records that meet them, as GET /records finds them', async () => {
    expect(await found('--language', 'caliper')).toEqual([sent.id, entity.id]);
    expect(await found('--kind', 'describe')).toEqual([entity.id]);
    expect(await found('--actor', actor)).toEqual([sent.id]);
    expect(await found('--actor', 'mailto:log@example.edu', '--source', 'import')).toEqual([said.id]);
    expect(await found('--source', 'import', '--limit', '2')).toEqual([sent.id, entity.id]);
    expect(await found('--state', 'dead')).toEqual([]);
    expect(await found('--since', '2100-01-01T00:00:00Z')).toEqual([]);
    expect(await found('--source', 'import', '--tenant', 'other')).toEqual([]);
  });

  it('says which condition is wrong, and that the whole log is not followed with any', async () => {
    const wrong = await crosswalk(['log', '--database', database, '--kind', 'envelope']);
    expect(wrong.status).toBe(2);
    expect(wrong.errors).toContain('--kind');
    expect((await crosswalk(['log', '--database', database, '--kind', 'event', '--follow'])).status).toBe(2);
  });
});
