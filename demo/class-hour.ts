import type { JsonObject } from '../src/json/index.ts';
import { chanceOf, type Chance } from './chance.ts';
import { courseDescribes, lessonEvents, LMS } from './learning-platform.ts';
import { lessonStatements } from './course-player.ts';

/** One learner of the class, with what the generators need to tell of them. */
export interface Learner {
  readonly number: number;
  readonly id: string;
  readonly name: string;
}

/** What happens to one learner in the hour: a record and when it happens, in seconds from the hour's begin. */
export interface Happening {
  readonly at: number;
  readonly record: JsonObject;
}

/** All that is sent in the hour, each language in the order of time. */
export interface ClassHour {
  readonly events: readonly JsonObject[];
  readonly describes: readonly JsonObject[];
  readonly statements: readonly JsonObject[];
}

const BEGIN = Date.parse('2025-09-15T09:00:00.000Z');

/** An instant of the hour as an RFC 3339 string in UTC. */
export const timeAt = (seconds: number) => new Date(BEGIN + Math.round(seconds * 1000)).toISOString();

const NAMES = ['Ada', 'Ben', 'Chidi', 'Dana', 'Elif', 'Femi', 'Gita', 'Hugo', 'Ines', 'Jun', 'Kofi', 'Lena'];

const learner = (number: number): Learner => ({
  number,
  id: `${LMS}/users/${1000 + number}`,
  name: `${NAMES[number % NAMES.length]} ${String.fromCharCode(65 + Math.floor(number / NAMES.length))}.`,
});

/**
 * A class hour as a learning platform (Caliper) and a course player (xAPI) tell of it. The same seed gives the same
 * records, byte for byte. Times lie in one hour; each record's own id is a UUID.
 */
export function classHour(seed: number, size = 24): ClassHour {
  const chance = chanceOf(seed);
  const learners = Array.from({ length: size }, (_, i) => learner(i));
  return {
    describes: courseDescribes(learners),
    events: inOrder(learners, chance, lessonEvents),
    statements: inOrder(learners, chance, lessonStatements),
  };
}

function inOrder(
  learners: readonly Learner[],
  chance: Chance,
  happeningsOf: (learner: Learner, chance: Chance) => Happening[],
): JsonObject[] {
  return learners
    .flatMap((learner) => happeningsOf(learner, chance))
    .sort((a, b) => a.at - b.at)
    .map(({ record }) => record);
}
