import { setTimeout as pause } from 'node:timers/promises';
import { MODES, NAMES, type DestinationProcesses } from './destinations.ts';
import type { SentRecord } from './invariants.ts';
import type { Lots } from './lots.ts';
import { PATIENCE } from './senders.ts';

/** What a run was. */
export interface RunReport {
  readonly seed: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** What was broken, in order. */
  readonly breaks: readonly string[];
  /** Kinds of breaks that this machine does not allow, with the reason. */
  readonly skipped: readonly string[];
  /** What does not hold; empty where all is well. */
  readonly broken: readonly string[];
}

/** Milliseconds by which the clock is ahead when everything has healed: beyond every pause and lease. */
export const BEYOND = 4 * 3_600_000;

/** Something that breaks, under its name, and how. */
export type Break<Scene> = readonly [name: string, act: (scene: Scene, lots: Lots) => Promise<void>];

/** What a run on any host has: destinations that can be broken, and notes of what was. */
export interface BreakableScene extends Pick<DestinationProcesses, 'destinations'> {
  readonly breaks: string[];
  readonly mode: (name: 'lrs' | 'endpoint', mode: string) => Promise<void>;
  patience: number;
}

export const KILL_DESTINATION: Break<BreakableScene> = [
  'kill a destination',
  async ({ destinations }, lots) => {
    const destination = destinations[lots.one(NAMES)];
    await destination.kill();
    await pause(lots.between(0, 400));
    await destination.start();
  },
];

/** A destination answers badly for so many milliseconds. */
export const breakAnswers = (least: number, most: number): Break<BreakableScene> => [
  'break answers',
  async (scene, lots) => {
    const name = lots.one(NAMES);
    const mode = lots.one(MODES);
    scene.breaks.push(`${name} ${mode}`);
    await scene.mode(name, mode);
    await pause(lots.between(least, most));
    await scene.mode(name, 'well');
  },
];

/** Senders hang up in the middle of their requests. */
export const HANG_UP: Break<BreakableScene> = [
  'hang up',
  async (scene, lots) => {
    scene.patience = lots.between(1, 40);
    await pause(lots.between(200, 900));
    scene.patience = PATIENCE;
  },
];

/** What a run tells in the end. */
export const reportOf = (
  seed: number,
  {
    acknowledged,
    sent,
    breaks,
  }: {
    readonly acknowledged: ReadonlySet<string>;
    readonly sent: ReadonlyMap<string, SentRecord>;
    readonly breaks: readonly string[];
  },
  found: Pick<RunReport, 'skipped' | 'broken'>,
): RunReport => ({
  seed,
  acknowledged: acknowledged.size,
  refused: [...sent.values()].filter(({ refused }) => refused).length,
  breaks,
  ...found,
});
