import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { classHour } from '../demo/class-hour.ts';
import { losses } from '../demo/losses.ts';
import type { Receiver } from '../demo/receivers.ts';
import { toCaliper, toXapi, validate } from '../src/index.ts';
import type { JsonObject } from '../src/json/index.ts';

const idsOf = (records: readonly JsonObject[]) => records.map(({ id }) => id);

describe('the class hour', () => {
  const hour = classHour(1);

  it('is the same for the same seed, and another for another', () => {
    expect(classHour(1)).toEqual(hour);
    expect(idsOf(classHour(2).events)).not.toEqual(idsOf(hour.events));
  });

  it('has some hundred records of both languages, each with an id of its own', () => {
    const records = [...hour.events, ...hour.statements];
    expect(Math.min(hour.events.length, hour.statements.length)).toBeGreaterThan(150);
    expect(new Set(idsOf(records)).size).toBe(records.length);
  });

  it('keeps every rule of both specifications', () => {
    const records = [...hour.events, ...hour.describes, ...hour.statements];
    const broken = records.flatMap((record) =>
      validate(record).errors.map((error) => ({ ...error, record })),
    );
    expect(broken).toEqual([]);
  });
});

describe('the demo', () => {
  /** What a destination would hold at the end of an hour where all went well. */
  function full(records: readonly JsonObject[], describes: readonly JsonObject[]): Receiver {
    const byId = (list: readonly JsonObject[]) =>
      new Map(list.map((record) => [String(record['id'] as string), record]));
    return {
      url: '',
      records: byId(records),
      documents: byId(describes),
      requests: () => 0,
      close: async () => undefined,
    };
  }
  const converted = (record: JsonObject) => {
    const conversion = 'verb' in record ? toCaliper(record) : toXapi(record);
    if (!conversion.ok) throw new Error('not convertible');
    return conversion.record;
  };
  const hour = classHour(3, 2);
  const destinations = () => ({
    analytics: full([...hour.events, ...hour.statements.map(converted)], hour.describes),
    lrs: full([...hour.statements, ...hour.events.map(converted)], hour.describes),
  });

  it('is content where both destinations have everything', () => {
    const { analytics, lrs } = destinations();
    expect(losses(hour, analytics, lrs)).toEqual([]);
  });

  it('sees a record that is missing, one that was altered, and one too many', () => {
    const { analytics, lrs } = destinations();
    const [event] = hour.events;
    const [statement] = hour.statements;
    const id = event?.['id'] as string;
    analytics.records.delete(id);
    lrs.records.set(statement?.['id'] as string, { ...statement, timestamp: '2020-01-01T00:00:00Z' });
    lrs.records.set('another', {});
    expect(losses(hour, analytics, lrs)).toEqual([
      `Caliper endpoint: ${id} is missing`,
      `LRS: ${String(statement?.['id'] as string)} is not what was sent`,
      expect.stringMatching(/^Caliper endpoint: \d+ records where \d+ were sent$/),
      expect.stringMatching(/^LRS: \d+ records where \d+ were sent$/),
    ]);
  });

  it('sends an hour through a real gateway, shows both sides, and loses nothing', () => {
    const run = fileURLToPath(new URL('../demo/run.ts', import.meta.url));
    const words = ['--import', import.meta.resolve('tsx'), run, '--learners', '4', '--seed', '9'];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/At the Caliper endpoint[^]*At the LRS[^]*Record log:[^]*Nothing was lost/);
  });
});
