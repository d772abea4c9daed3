import type { JsonObject } from '../src/json/index.ts';
import type { Chance } from './chance.ts';
import { timeAt, type Happening, type Learner } from './class-hour.ts';
import { LMS } from './learning-platform.ts';

/** Where the course player stands; the ids of its activities begin with it. */
export const PLAYER = 'https://player.example.edu';

const VIDEO_PROFILE = 'https://w3id.org/xapi/video';
const LENGTH = 420;
const VIDEO = {
  id: `${PLAYER}/videos/mitosis`,
  definition: { type: `${VIDEO_PROFILE}/activity-type/video`, name: { 'en-US': 'Mitosis in seven minutes' } },
};
const UNIT = {
  id: `${PLAYER}/units/microscope`,
  definition: { type: 'http://adlnet.gov/expapi/activities/lesson', name: { 'en-US': 'At the microscope' } },
};
const COURSE = {
  id: `${PLAYER}/courses/cell-biology`,
  definition: { type: 'http://adlnet.gov/expapi/activities/course', name: { 'en-US': 'Cell Biology' } },
};
const QUESTION = {
  id: `${PLAYER}/units/microscope/check`,
  definition: {
    type: 'http://adlnet.gov/expapi/activities/cmi.interaction',
    name: { 'en-US': 'Which phase is this?' },
    interactionType: 'choice',
    correctResponsesPattern: ['anaphase'],
    choices: ['prophase', 'metaphase', 'anaphase', 'telophase'].map((id) => ({
      id,
      description: { 'en-US': id },
    })),
  },
};
const VERBS = {
  initialized: 'http://adlnet.gov/expapi/verbs/initialized',
  played: `${VIDEO_PROFILE}/verbs/played`,
  paused: `${VIDEO_PROFILE}/verbs/paused`,
  seeked: `${VIDEO_PROFILE}/verbs/seeked`,
  completed: 'http://adlnet.gov/expapi/verbs/completed',
  launched: 'http://adlnet.gov/expapi/verbs/launched',
  answered: 'http://adlnet.gov/expapi/verbs/answered',
  passed: 'http://adlnet.gov/expapi/verbs/passed',
  failed: 'http://adlnet.gov/expapi/verbs/failed',
  terminated: 'http://adlnet.gov/expapi/verbs/terminated',
} as const;
const video = (name: string) => `${VIDEO_PROFILE}/extensions/${name}`;

/** What the player tells of one learner's hour: the video, and for some a course unit in the manner of cmi5. */
export function lessonStatements(learner: Learner, chance: Chance): Happening[] {
  const viewing = watching(learner, chance, 150 + 7 * learner.number);
  const unit = chance.happens(0.6) ? microscope(learner, chance, 2100 + 11 * learner.number) : [];
  return [...viewing, ...unit];
}

type Teller = (at: number, verb: keyof typeof VERBS, object: JsonObject, parts?: JsonObject) => Happening;

function teller(learner: Learner, chance: Chance, context: JsonObject): Teller {
  return (at, verb, object, parts = {}) => ({
    at,
    record: {
      id: chance.uuid(),
      actor: { account: { homePage: LMS, name: String(1000 + learner.number) }, name: learner.name },
      verb: { id: VERBS[verb], display: { 'en-US': verb } },
      object,
      timestamp: timeAt(at),
      context: { platform: 'Course player', language: 'en-US', ...context },
      ...parts,
    },
  });
}

function watching(learner: Learner, chance: Chance, begin: number): Happening[] {
  const session = chance.uuid();
  const tell = teller(learner, chance, {
    contextActivities: { category: [{ id: VIDEO_PROFILE }], grouping: [COURSE] },
    extensions: { [video('session-id')]: session, [video('length')]: LENGTH },
  });
  const pause = chance.between(60, 180);
  const target = pause + chance.between(30, 90);
  const at = (position: number) => ({ result: { extensions: { [video('time')]: position } } });
  const jump = { result: { extensions: { [video('time-from')]: pause, [video('time-to')]: target } } };
  const told = [
    tell(begin, 'initialized', VIDEO),
    tell(begin + 2, 'played', VIDEO, at(0)),
    tell(begin + 2 + pause, 'paused', VIDEO, at(pause)),
    tell(begin + 8 + pause, 'seeked', VIDEO, jump),
    tell(begin + 9 + pause, 'played', VIDEO, at(target)),
  ];
  if (!chance.happens(0.75)) return told;
  const seconds = LENGTH - (target - pause);
  const progress = {
    [video('time')]: LENGTH,
    [video('progress')]: Math.round((1000 * seconds) / LENGTH) / 1000,
    [video('played-segments')]: `0[.]${pause}[,]${target}[.]${LENGTH}`,
  };
  const result = { completion: true, duration: `PT${seconds}S`, extensions: progress };
  return [...told, tell(begin + 20 + LENGTH, 'completed', VIDEO, { result })];
}

function microscope(learner: Learner, chance: Chance, begin: number): Happening[] {
  const tell = teller(learner, chance, {
    registration: chance.uuid(),
    contextActivities: {
      category: [{ id: 'https://w3id.org/xapi/cmi5/context/categories/cmi5' }],
      grouping: [COURSE],
    },
    extensions: { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': `s-${learner.number}` },
  });
  const choice = chance.oneOf(['metaphase', 'anaphase', 'anaphase', 'telophase']);
  const right = choice === 'anaphase';
  const score = { scaled: right ? 0.9 : 0.4, raw: right ? 9 : 4, min: 0, max: 10 };
  return [
    tell(begin, 'launched', UNIT),
    tell(begin + 3, 'initialized', UNIT),
    tell(begin + 120, 'answered', QUESTION, {
      result: { response: choice, success: right, duration: 'PT45S' },
    }),
    tell(begin + 300, 'completed', UNIT, { result: { completion: true, duration: 'PT5M' } }),
    tell(begin + 301, right ? 'passed' : 'failed', UNIT, {
      result: { success: right, score, duration: 'PT5M' },
    }),
    tell(begin + 310, 'terminated', UNIT, { result: { duration: 'PT5M10S' } }),
  ];
}
