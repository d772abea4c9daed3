/** The configuration of both destinations of a run, by their ports: quick to give up and to try again. */
export function destinationsAt(ports: Readonly<Record<'lrs' | 'endpoint', number>>) {
  const common = {
    allowPrivate: true,
    authorization: { scheme: 'bearer' as const, token: { env: 'FAULT_DESTINATION' } },
    timeout: 600,
    batch: { count: 5, age: 0 },
    breaker: { failures: 3, cooldown: 300 },
  };
  return [
    { kind: 'lrs' as const, name: 'lrs', url: `http://127.0.0.1:${ports.lrs}`, ...common },
    { kind: 'caliper' as const, name: 'endpoint', url: `http://127.0.0.1:${ports.endpoint}`, ...common },
  ];
}

/** How destinations answer while they are broken. */
export const MODES = [
  'reset',
  'hang',
  'unavailable',
  'too-many',
  'slow',
  'half',
  'lost',
  'error',
  'garbage',
] as const;
export const NAMES = ['lrs', 'endpoint'] as const;

/** Has a destination answer in a mode from now on. */
export async function setMode(port: number, mode: string): Promise<void> {
  await fetch(`http://127.0.0.1:${port}/mode`, { method: 'POST', body: mode }).catch(() => undefined);
}
