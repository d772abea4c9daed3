import { readdirSync, readFileSync } from 'node:fs';

/** Fields of a process behind its name, which may hold spaces (proc_pid_stat(5)); the first is its state. */
function fieldsOf(id: string | number): string[] {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Milliseconds of a clock tick: Linux tells CPU time in hundredths of a second. */
const TICK = 10;

/** CPU time that a process has used, in milliseconds, all its threads together. Linux only: 0 elsewhere. */
export function processorTime(id: number): number {
  const [user = 0, system = 0] = fieldsOf(id).slice(11, 13).map(Number);
  return (user + system) * TICK;
}

/** Bytes of a page of memory, as nearly all systems have it. */
const PAGE = 4_096;

/** What a process has resident, in MB. Linux only: NaN elsewhere. */
export function residentMemory(id: number): number {
  const [pages = Number.NaN] = fieldsOf(id).slice(21, 22).map(Number);
  return (pages * PAGE) / 2 ** 20;
}

/** Processes that a process started, and theirs. */
function descendants(parent: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(fieldsOf(name)[1]) === parent)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function nameOf(id: number): string {
  try {
    return readFileSync(`/proc/${id}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** CPU time of the processes of a name that this one or its children started, in milliseconds. Linux only. */
export function processorTimeOf(name: string): number {
  return descendants(process.pid)
    .filter((id) => nameOf(id) === name)
    .reduce((sum, id) => sum + processorTime(id), 0);
}
