import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Figure } from './benchmark.ts';
import { fillLog } from './load/fill-log.ts';
import { TOKEN } from './load/message.ts';
import { gateway } from './load/processes.ts';
import { workload } from './records.ts';
import { NEVER_MEET, VOIDED_VERB } from './load/repeat-log.ts';
import { median } from './rounds.ts';

const ASKED = 30;

/** The filters of the statements resource (xAPI Communication 2.1.3), each as one would ask for statements of the workload. */
function queriesOf(seed: number): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const { statements } = workload(seed, 500);
  const sample = statements.find(({ context }) => context && 'registration' in (context as object));
  const { id, actor, verb, object, context } = sample as unknown as {
    readonly id: string;
    readonly actor: object;
    readonly verb: { readonly id: string };
    readonly object: { readonly id: string };
    readonly context: { readonly registration: string; readonly instructor: object };
  };
  const agent = JSON.stringify(actor);
  const course = 'https://player.example.edu/courses/cell-biology';
  return {
    'no filter': {},
    statementId: { statementId: id },
    agent: { agent },
    verb: { verb: verb.id },
    activity: { activity: object.id },
    registration: { registration: context.registration },
    related_activities: { activity: course, related_activities: 'true' },
    related_agents: { agent: JSON.stringify(context.instructor), related_agents: 'true' },
    since: { since: '2020-01-01T00:00:00.000Z' },
    until: { until: '2040-01-01T00:00:00.000Z' },
    ascending: { ascending: 'true' },
    'agent, verb and activity': { agent, verb: verb.id, activity: object.id },
    'agent and verb that never meet': { agent: JSON.stringify(NEVER_MEET.agent), verb: NEVER_MEET.verb },
    'verb of voided statements': { verb: VOIDED_VERB },
    'format=canonical': { verb: verb.id, format: 'canonical' },
    'format=ids': { verb: verb.id, format: 'ids' },
  };
}

const HEADERS = {
  authorization: `Basic ${Buffer.from(`local:${TOKEN}`).toString('base64')}`,
  'x-experience-api-version': '1.0.3',
};

async function milliseconds(url: string, parameters: Readonly<Record<string, string>>): Promise<number> {
  const limit: Record<string, string> = 'statementId' in parameters ? {} : { limit: '25' };
  const query = new URLSearchParams({ ...parameters, ...limit }).toString();
  const times: number[] = [];
  for (let asked = 0; asked < ASKED; asked += 1) {
    const begin = performance.now();
    const answer = await fetch(`${url}/xapi/statements?${query}`, { headers: HEADERS });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`GET of statements answered ${answer.status}: ${text}`);
    times.push(performance.now() - begin);
  }
  return median(times);
}

/** Answer times in milliseconds by filter, over a log of one size. */
async function timesAt(
  size: number,
  seed: number,
  tell: (step: string) => void,
): Promise<Map<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-bench-'));
  try {
    await fillLog(join(folder, 'gateway.sqlite'), seed, size, (done) =>
      tell(`queries: ${done} of ${size} statements stored`),
    );
    const server = await gateway(folder);
    try {
      const times = new Map<string, number>();
      for (const [name, parameters] of Object.entries(queriesOf(seed))) {
        tell(`queries: ${name} over ${size} statements`);
        await milliseconds(server.url, parameters);
        times.set(name, await milliseconds(server.url, parameters));
      }
      return times;
    } finally {
      await server.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How answer times grow with what is stored. */
export const queries: Benchmark = {
  name: 'queries',
  about:
    'GET /xapi/statements by each filter, over more and more statements (--sizes 10000,100000,1000000,10000000)',
  async run({ seed, sizes }, tell) {
    const [least = 1, ...larger] = [...sizes].sort((a, b) => a - b);
    const floor = await timesAt(least, seed, tell);
    const figures: Figure[] = [];
    for (const size of larger) {
      const times = await timesAt(size, seed, tell);
      for (const [name, value] of times) {
        const floorValue = floor.get(name) ?? Number.NaN;
        figures.push({
          name: `GET statements at ${size}: ${name}`,
          floor: `the same over ${least} statements`,
          unit: 'ms',
          value,
          floorValue,
          ratio: value / floorValue,
          better: 'lower',
          aim: Number((Math.log(size) / Math.log(least)).toFixed(2)),
        });
      }
    }
    return figures;
  },
};
