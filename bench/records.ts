import { classHour } from '../demo/class-hour.ts';
import { chanceOf, type Chance } from '../demo/chance.ts';
import { isString, type JsonObject, type JsonValue } from '../src/json/index.ts';

/** Records of both languages for a benchmark. */
export interface Workload {
  readonly events: readonly JsonObject[];
  readonly statements: readonly JsonObject[];
}

/** Learners of one class: enough that people, items and pages repeat as they do in a course. */
const LEARNERS = 24;

/**
 * Realistic mixed records of a seed, 2 to 3 KB each but for the shortest events: class hours one after another, with what real senders add,
 * until there are `count` of each language. The class hour of a seed is an hour later than that of the seed before: traffic goes on
 * with the clock. The same seed gives the same records, byte for byte.
 */
export function workload(seed: number, count: number): Workload {
  const events: JsonObject[] = [];
  const statements: JsonObject[] = [];
  for (let hour = 0; events.length < count || statements.length < count; hour += 1) {
    const number = seed + hour;
    const records = classHour(number, LEARNERS);
    const chance = chanceOf(number);
    events.push(...records.events.map((event) => later(requested(event, chance), number)));
    statements.push(...records.statements.map((statement) => later(placed(statement, chance), number)));
  }
  return { events: events.slice(0, count), statements: statements.slice(0, count) };
}

/**
 * The seed of a round of a benchmark: its class hours come after those of the round before, so that none of its records is in the log
 * already.
 */
export const seedOfRound = (seed: number, round: number) => seed + 1_000 * (round + 1);

const HOUR = 3_600_000;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A record some hours later, with all times in it. */
const later = (record: JsonObject, hours: number): JsonObject =>
  JSON.parse(JSON.stringify(record), (_, value: JsonValue) =>
    isString(value) && TIME.test(value) ? new Date(Date.parse(value) + hours * HOUR).toISOString() : value,
  ) as JsonObject;

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
];

/** An event with what a learning platform tells of the request behind it. */
function requested(event: JsonObject, chance: Chance): JsonObject {
  return {
    ...event,
    extensions: {
      'edu.example.lms': {
        hostname: 'lms.example.edu',
        request_id: chance.uuid(),
        job_id: `10200205${chance.between(10_000_000, 99_999_999)}`,
        user_agent: chance.oneOf(BROWSERS),
        client_ip: `192.0.2.${chance.between(1, 254)}`,
        request_url: `https://lms.example.edu/courses/7/${chance.oneOf(['modules', 'files', 'quizzes', 'pages'])}/${chance.between(1, 9_999)}`,
        version: '1.0.0',
      },
    },
  };
}

const objectOf = (value: JsonValue | undefined): JsonObject => value as JsonObject;

/** A statement with what a course player tells of where its activity stands, and of the learner's browser. */
function placed(statement: JsonObject, chance: Chance): JsonObject {
  const context = objectOf(statement['context']);
  const part = chance.between(1, 12);
  const item = `https://lms.example.edu/courses/7/modules/${part}/items/${chance.between(1, 9_999)}`;
  return {
    ...statement,
    context: {
      revision: `2025.${part}`,
      instructor: { objectType: 'Agent', mbox: 'mailto:b.mcclintock@example.edu', name: 'B. McClintock' },
      ...context,
      contextActivities: {
        parent: [
          {
            id: `https://player.example.edu/courses/cell-biology/modules/${part}`,
            definition: {
              type: 'http://adlnet.gov/expapi/activities/module',
              name: { 'en-US': `Module ${part}`, 'es-MX': `Módulo ${part}` },
              description: {
                'en-US':
                  'Reading, a video and a short check, to be done before the next meeting of the class.',
                'es-MX':
                  'Lectura, un video y una breve comprobación, para terminar antes de la próxima reunión de la clase.',
              },
              moreInfo: `https://player.example.edu/courses/cell-biology/modules/${part}/about`,
            },
          },
        ],
        other: [
          {
            id: item,
            definition: {
              type: 'http://adlnet.gov/expapi/activities/link',
              name: { 'en-US': `Launched from item ${part} of the module list` },
            },
          },
        ],
        ...objectOf(context['contextActivities']),
      },
      extensions: {
        ...objectOf(context['extensions']),
        'https://player.example.edu/extensions/browser': {
          agent: chance.oneOf(BROWSERS),
          language: 'en-US',
          window: { width: chance.between(800, 2_560), height: chance.between(600, 1_440) },
        },
        'https://player.example.edu/extensions/launch': {
          context: 'https://lms.example.edu/courses/7/sections/1',
          attempt: chance.uuid(),
          url: item,
        },
      },
    },
  };
}

/** Records as newline-delimited JSON. */
export const lines = (records: readonly JsonObject[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
