import type { Figure } from './benchmark.ts';
import type { Listening } from './load/processes.ts';
import { processorTime } from './load/process-statistics.ts';
import { comparedRates, median, type Compared } from './rounds.ts';

/** A gateway and a bare route that do the same work, each in a process of its own. */
export interface ComparedServers extends Compared {
  readonly servers: { readonly own: Listening; readonly floor: Listening };
}

/** Work that also takes down the CPU seconds that a server needs for it, all its threads together; not of round 0. */
function metered(
  { process }: Listening,
  work: Compared['own'],
): { readonly work: Compared['own']; readonly used: readonly number[] } {
  const used: number[] = [];
  return {
    used,
    async work(round) {
      const before = processorTime(process.pid ?? 0);
      const seconds = await work(round);
      if (round > 0) used.push((processorTime(process.pid ?? 0) - before) / 1000);
      return seconds;
    },
  };
}

/** The rates of both, and what their processors had to do for them: the second is told apart from other work. */
export async function comparedServers(
  { servers, ...compared }: ComparedServers,
  settings: { readonly records: number; readonly rounds: number },
  tell: (step: string) => void,
): Promise<Figure[]> {
  const own = metered(servers.own, compared.own);
  const floor = metered(servers.floor, compared.floorOf);
  const rates = await comparedRates({ ...compared, own: own.work, floorOf: floor.work }, settings, tell);
  const perSecond = (times: readonly number[]) => settings.records / median(times);
  const value = perSecond(own.used);
  const floorValue = perSecond(floor.used);
  const processor = {
    ...rates,
    name: `${rates.name}, by CPU time`,
    unit: 'records/CPU s',
    value,
    floorValue,
    ratio: value / floorValue,
    aim: null,
  };
  return [rates, processor];
}
