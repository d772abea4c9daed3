import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Killable } from './processes.ts';

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

/** Destinations of a run, each a process of its own, and the files in which they keep what they got. */
export interface DestinationProcesses {
  readonly destinations: Readonly<Record<'lrs' | 'endpoint', Killable>>;
  readonly files: Readonly<Record<'lrs' | 'endpoint', string>>;
}

/** The processes of both destinations of a run, not started yet. */
export function destinationProcesses(
  folder: string,
  ports: Readonly<Record<'lrs' | 'endpoint', number>>,
): DestinationProcesses {
  const script = fileURLToPath(new URL('./destination.mjs', import.meta.url));
  const files = { lrs: join(folder, 'lrs.ndjson'), endpoint: join(folder, 'endpoint.ndjson') };
  const destination = (kind: 'lrs' | 'caliper', port: number, file: string) =>
    new Killable([script, kind, String(port), file], `http://127.0.0.1:${port}/mode`);
  return {
    files,
    destinations: {
      lrs: destination('lrs', ports.lrs, files.lrs),
      endpoint: destination('caliper', ports.endpoint, files.endpoint),
    },
  };
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
