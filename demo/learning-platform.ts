import type { JsonObject } from '../src/json/index.ts';
import type { Chance } from './chance.ts';
import { timeAt, type Happening, type Learner } from './class-hour.ts';

/** Where the learning platform stands; the ids of its entities begin with it. */
export const LMS = 'https://lms.example.edu';
export const CALIPER_CONTEXT = 'http://purl.imsglobal.org/ctx/caliper/v1p2';

const PLATFORM = { id: LMS, type: 'SoftwareApplication', name: 'Example Campus', version: '4.2' };
const COURSE = {
  id: `${LMS}/courses/7`,
  type: 'CourseOffering',
  courseNumber: 'BIO 110',
  name: 'Cell Biology',
};
const SECTION = {
  id: `${LMS}/courses/7/sections/1`,
  type: 'CourseSection',
  courseNumber: 'BIO 110-01',
  academicSession: 'Fall 2025',
  subOrganizationOf: COURSE,
};
const SYLLABUS = {
  id: `${LMS}/courses/7/syllabus`,
  type: 'WebPage',
  name: 'Syllabus',
  mediaType: 'text/html',
};
const READING = {
  id: `${LMS}/courses/7/files/mitosis.pdf`,
  type: 'Document',
  name: 'Mitosis',
  mediaType: 'application/pdf',
};
const FORUM = { id: `${LMS}/courses/7/forums/1`, type: 'Forum', name: 'Questions', isPartOf: SECTION };
const THREAD = { id: `${LMS}/courses/7/forums/1/threads/3`, type: 'Thread', name: 'Phases', isPartOf: FORUM };
const QUIZ = {
  id: `${LMS}/courses/7/quizzes/2`,
  type: 'Assessment',
  name: 'Quiz 2',
  dateToStartOn: '2025-09-15T09:00:00.000Z',
  dateToSubmit: '2025-09-15T10:00:00.000Z',
  maxAttempts: 1,
  maxScore: 3,
  isPartOf: SECTION,
};
const QUESTIONS = [1, 2, 3].map((number) => ({
  id: `${QUIZ.id}/items/${number}`,
  type: 'AssessmentItem',
  name: `Question ${number}`,
  isPartOf: QUIZ,
  maxScore: 1,
  isTimeDependent: false,
}));
const CHOICES = ['A', 'B', 'C', 'D'];
const RIGHT = ['B', 'D', 'A'];

const personOf = ({ id, name }: Learner) => ({ id, type: 'Person', name });
const sessionOf = (learner: Learner) => ({
  id: `${LMS}/sessions/${learner.number}`,
  type: 'Session',
  user: learner.id,
  startedAtTime: timeAt(loginTime(learner)),
});
const loginTime = ({ number }: Learner) => 5 * number;

/** What the platform tells of entities without an event: the section, and each learner. */
export function courseDescribes(learners: readonly Learner[]): JsonObject[] {
  const section = { '@context': CALIPER_CONTEXT, ...SECTION };
  return [section, ...learners.map((learner) => ({ '@context': CALIPER_CONTEXT, ...personOf(learner) }))];
}

/** What the platform tells of one learner's hour. */
export function lessonEvents(learner: Learner, chance: Chance): Happening[] {
  const happening = happenings(learner, chance);
  const begin = loginTime(learner);
  const quizBegin = begin + chance.between(900, 1200);
  return [
    happening(begin, 'SessionEvent', 'LoggedIn', { profile: 'SessionProfile', object: PLATFORM }),
    happening(begin + 20, 'NavigationEvent', 'NavigatedTo', { profile: 'ReadingProfile', object: SYLLABUS }),
    happening(begin + 60, 'ViewEvent', 'Viewed', { profile: 'ReadingProfile', object: READING }),
    ...quiz(learner, chance, quizBegin, happening),
    ...discussion(learner, chance, quizBegin + 700, happening),
    ...farewell(learner, chance, begin + 3300, happening),
  ];
}

type Teller = (at: number, type: string, action: string, members: JsonObject) => Happening;

function happenings(learner: Learner, chance: Chance): Teller {
  return (at, type, action, members) => ({
    at,
    record: {
      '@context': CALIPER_CONTEXT,
      id: `urn:uuid:${chance.uuid()}`,
      type,
      actor: personOf(learner),
      action,
      eventTime: timeAt(at),
      edApp: PLATFORM,
      group: SECTION,
      membership: {
        id: `${SECTION.id}/members/${learner.number}`,
        type: 'Membership',
        member: learner.id,
        organization: SECTION.id,
        roles: ['Learner'],
        status: 'Active',
      },
      session: sessionOf(learner),
      ...members,
    },
  });
}

function quiz(learner: Learner, chance: Chance, begin: number, happening: Teller): Happening[] {
  const attempt = {
    id: `${QUIZ.id}/attempts/${learner.number}`,
    type: 'Attempt',
    assignee: learner.id,
    assignable: QUIZ.id,
    count: 1,
    startedAtTime: timeAt(begin),
  };
  const profile = 'AssessmentProfile';
  const answers = QUESTIONS.map(() => chance.oneOf(CHOICES));
  const pace = chance.between(40, 180);
  const end = begin + pace * QUESTIONS.length + 10;
  const ended = { ...attempt, endedAtTime: timeAt(end), duration: `PT${end - begin}S` };
  const score = answers.filter((answer, i) => answer === RIGHT[i]).length;
  return [
    happening(begin, 'AssessmentEvent', 'Started', { profile, object: QUIZ, generated: attempt }),
    ...QUESTIONS.flatMap((question, i) =>
      item(
        learner,
        attempt,
        { question, answer: answers[i] ?? 'A', begin: begin + i * pace, pace },
        happening,
      ),
    ),
    happening(end, 'AssessmentEvent', 'Submitted', { profile, object: QUIZ, generated: ended }),
    happening(end + 1, 'GradeEvent', 'Graded', {
      profile: 'GradingProfile',
      actor: PLATFORM,
      object: ended,
      generated: {
        id: `${attempt.id}/scores/1`,
        type: 'Score',
        attempt: attempt.id,
        maxScore: 3,
        scoreGiven: score,
        scoredBy: PLATFORM,
        comment: score === 3 ? 'All right' : 'See the reading on mitosis',
      },
    }),
  ];
}

interface Answer {
  readonly question: (typeof QUESTIONS)[number];
  readonly answer: string;
  readonly begin: number;
  readonly pace: number;
}

function item(learner: Learner, quizAttempt: JsonObject, told: Answer, happening: Teller): Happening[] {
  const { question, answer, begin, pace } = told;
  const attempt = {
    id: `${question.id}/attempts/${learner.number}`,
    type: 'Attempt',
    assignee: learner.id,
    assignable: question.id,
    isPartOf: quizAttempt,
    count: 1,
    startedAtTime: timeAt(begin),
  };
  const end = begin + pace - 5;
  const response = {
    id: `${attempt.id}/response`,
    type: 'MultipleChoiceResponse',
    attempt: { ...attempt, endedAtTime: timeAt(end), duration: `PT${pace - 5}S` },
    value: answer,
    startedAtTime: timeAt(begin),
    endedAtTime: timeAt(end),
  };
  const profile = 'AssessmentProfile';
  return [
    happening(begin, 'AssessmentItemEvent', 'Started', { profile, object: question, generated: attempt }),
    happening(end, 'AssessmentItemEvent', 'Completed', { profile, object: question, generated: response }),
  ];
}

function discussion(learner: Learner, chance: Chance, begin: number, happening: Teller): Happening[] {
  const profile = 'ForumProfile';
  const told: Happening[] = [];
  if (chance.happens(0.5))
    told.push(happening(begin, 'ForumEvent', 'Subscribed', { profile, object: FORUM }));
  if (chance.happens(0.6)) {
    const message = {
      id: `${THREAD.id}/messages/${learner.number}`,
      type: 'Message',
      creators: [personOf(learner)],
      body: chance.oneOf([
        'Why does metaphase end?',
        'It helped me to draw it.',
        'Where is anaphase in the book?',
      ]),
      isPartOf: THREAD,
      dateCreated: timeAt(begin + 30),
    };
    told.push(happening(begin + 30, 'MessageEvent', 'Posted', { profile, object: message }));
  }
  return told;
}

function farewell(learner: Learner, chance: Chance, at: number, happening: Teller): Happening[] {
  const profile = 'SessionProfile';
  if (chance.happens(0.8)) return [happening(at, 'SessionEvent', 'LoggedOut', { profile, object: PLATFORM })];
  const session = {
    ...sessionOf(learner),
    endedAtTime: timeAt(at),
    duration: `PT${at - loginTime(learner)}S`,
  };
  return [happening(at, 'SessionEvent', 'TimedOut', { profile, actor: PLATFORM, object: session })];
}
