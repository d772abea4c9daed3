import type { Services } from '../services.ts';
import type { ScheduledPull } from '../settings.ts';
import type { PullHost } from './client.ts';
import { pullStatements, type Pull, type PullReport } from './pull.ts';

/** Reads an LRS once, and says in the gateway's own log what came of it. Never rejects. */
export async function pullOnce(pull: Pull, services: Services, host: PullHost): Promise<PullReport | null> {
  const source = pull.source.name;
  try {
    const report = await pullStatements(pull, services, host);
    services.report({ level: 'info', event: 'pulled', source, ...report });
    return report;
  } catch (error) {
    services.report({ level: 'error', event: 'pull-failed', source, error });
    return null;
  }
}

/** Reads LRSs at their intervals until the signal is aborted. Resolves when the readings under way have ended. */
export async function keepPulling(
  pulls: readonly ScheduledPull[],
  services: Services,
  host: PullHost,
): Promise<void> {
  await Promise.all(
    pulls.map(async ({ pull, every }) => {
      while (!host.signal.aborted) {
        await pullOnce(pull, services, host);
        await host.sleep(every, host.signal);
      }
    }),
  );
}
