import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, describe, it } from 'vitest';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { statement } from './runtime/log-records.ts';
import { crosswalk, folder, lines, type Folder } from './support/command-line.ts';

interface Line {
  name: string;
  kind: string | null;
  state: string;
  breaker: string;
  retryAt: string | null;
  stopped: string | null;
  pending: number;
  dead: Record<string, number>;
}

describe('crosswalk destinations', () => {
  let files: Folder;
  let config: string;
  const state = { failures: 0, retryAt: 0, stopped: null, openedAt: null };

  beforeAll(async () => {
    files = folder();
    config = join(files.path, 'crosswalk.json');
    const authorization = { scheme: 'bearer', token: { env: 'TOKEN' } };
    const destinations = ['lrs', 'other', 'quiet'].map((name) => ({
      kind: 'lrs',
      name,
      url: 'https://lrs.example.edu/xapi',
      authorization,
    }));
    writeFileSync(config, JSON.stringify({ data: './log.sqlite', destinations }));
    const log = await openSqliteLog(join(files.path, 'log.sqlite'));
    await log.append([statement('a'), statement('b')], { onConflict: 'skip' });
    const attempt = { at: 1, status: 400, answer: 'no' };
    await log.settle([{ key: 1, state: 'dead', reason: 'refused', attempt }], {
      ...state,
      destination: 'lrs',
      stopped: 'status 401: who\nare you',
    });
    // The command's clock stands at this hour.
    const later = Date.UTC(2025, 8, 1, 10, 0);
    await log.settle([], { destination: 'other', failures: 7, retryAt: later, stopped: null, openedAt: 1 });
    await log.settle([], { ...state, destination: 'former' });
    await log.close();
  });
  afterAll(() => files.remove());

  it('says of each how it stands, and by its status whether all run', async () => {
    const { status, output } = await crosswalk([
      'destinations',
      'list',
      '--config',
      config,
      '--format',
      'ndjson',
    ]);
    expect(status).toBe(1);
    expect(lines<Line>(output)).toMatchObject([
      { name: 'lrs', kind: 'lrs', state: 'stopped', breaker: 'closed', pending: 1, dead: { refused: 1 } },
      { name: 'other', state: 'held-back', breaker: 'open', retryAt: '2025-09-01T10:00:00.000Z', pending: 0 },
      { name: 'quiet', state: 'running', breaker: 'closed', retryAt: null },
      { name: 'former', kind: null, state: 'running' },
    ]);
  });

  it('says it for people, one line each', async () => {
    const { output } = await crosswalk(['destinations', '--config', config]);
    const [lrs, other] = output.split('\n');
    expect(lrs).toContain('lrs  lrs  stopped  1 pending, the oldest for ');
    expect(lrs).toContain('; dead: 1 refused; status 401: who are you');
    expect(other).toMatch(/breaker open; 7 failures in a row; next try in 60 min/);
  });

  it('resumes one, and knows no other', async () => {
    expect((await crosswalk(['destinations', 'resume', 'lrs', '--config', config])).status).toBe(0);
    const { output } = await crosswalk(['destinations', 'list', '--config', config, '--format', 'ndjson']);
    expect(lines<Line>(output)[0]).toMatchObject({ name: 'lrs', state: 'running', stopped: null });
    const unknown = await crosswalk(['destinations', 'resume', 'nobody', '--config', config]);
    expect(unknown).toMatchObject({
      status: 2,
      errors: 'crosswalk: the record log knows no destination "nobody"\n',
    });
  });
});
