import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ontologyIndex } from '../scripts/generate-ontology.ts';
import { ontology, type CaliperVersion } from '../src/ontology/index.ts';

describe('the compiled index', () => {
  it('is what the Turtle files say', async () => {
    const committed = readFileSync(new URL(`../${ontologyIndex.file}`, import.meta.url), 'utf8');
    expect(await ontologyIndex.content()).toBe(committed);
  });
});

describe('the Turtle files', () => {
  it('are the only place where classes and values stand', () => {
    /** What the model is made of, and what every record is asked for. */
    const roots = ['Event', 'Entity', 'Envelope', 'EndpointConfiguration'];
    const source = new URL('../src/', import.meta.url);
    const files = ['caliper', 'ontology'].flatMap((room) =>
      readdirSync(new URL(room, source), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'))
        .map((name) => new URL(`${room}/${name}`, source)),
    );
    expect(files.length).toBeGreaterThan(15);
    for (const file of files) {
      const quoted = [...readFileSync(file, 'utf8').matchAll(/'([^'\n]+)'/g)].map(([, text]) => text!);
      const terms = quoted.filter((text) => !['property', undefined].includes(ontology.kind(text)));
      expect(
        terms.filter((term) => !roots.includes(term)),
        file.pathname,
      ).toEqual([]);
    }
  });
});

describe('classes', () => {
  it('have their superclasses nearest first', () => {
    expect(ontology.ancestors('CourseSection')).toEqual([
      'CourseOffering',
      'Organization',
      'Agent',
      'Entity',
    ]);
    expect(ontology.ancestors('Assessment')).toEqual([
      'AssignableDigitalResource',
      'DigitalResourceCollection',
      'DigitalResource',
      'Collection',
      'Entity',
    ]);
  });

  it('are events or entities, and values that are part of one are neither', () => {
    expect(ontology.isEventType('OutcomeEvent')).toBe(true);
    expect(ontology.isEntityType('OutcomeEvent')).toBe(false);
    expect(ontology.isEntityType('EpubVolume')).toBe(true);
    expect(ontology.isEntityType('SystemIdentifier')).toBe(false);
    expect(ontology.isSubclass('TextPositionSelector', 'Selector')).toBe(true);
    expect(ontology.isEventType('event')).toBe(false);
  });

  it('are found by every form of their IRI', () => {
    for (const iri of [
      'http://purl.imsglobal.org/caliper/Person',
      'https://purl.imsglobal.org/caliper/Person',
      'http://purl.imsglobal.org/caliper/v1/lis/Person',
    ]) {
      expect(ontology.classOf(iri)).toBe('Person');
    }
    expect(ontology.classOf('http://www.idpf.org/epub/vocab/structure/#volume')).toBe('EpubVolume');
    expect(ontology.classOf('http://www.w3.org/ns/org#Organization')).toBe('Organization');
    expect(ontology.classOf('https://vendor.example.com/Person')).toBeUndefined();
  });

  it('are found in the spellings of all sources', () => {
    expect(ontology.preferred('MultiselectionScale')).toBe('MultiselectScale');
    expect(ontology.isSubclass('MultiSelectResponse', 'Response')).toBe(true);
  });
});

describe('events', () => {
  const range = (...args: Parameters<typeof ontology.range>) => ontology.range(...args);

  it('say what may stand in each slot, by action where it depends on that', () => {
    expect(range('AssessmentItemEvent', 'generated', 'Started')).toEqual(['Attempt']);
    expect(range('AssessmentItemEvent', 'generated', 'Completed')).toEqual(['Response']);
    expect(range('FeedbackEvent', 'generated', 'Ranked')).toEqual(['Rating']);
    expect(range('SessionEvent', 'actor', 'TimedOut')).toEqual(['SoftwareApplication']);
    expect(range('SessionEvent', 'object')).toEqual(['SoftwareApplication', 'Session']);
    expect(range('NavigationEvent', 'referrer')).toEqual(['DigitalResource', 'SoftwareApplication']);
    expect(range('OutcomeEvent', 'generated')).toEqual(['Result']);
  });

  it('leave a slot open where any entity may stand', () => {
    expect(range('Event', 'object')).toEqual([]);
    expect(range('MediaEvent', 'generated')).toEqual([]);
    expect(range('NoSuchEvent', 'object')).toEqual([]);
  });

  it('differ by version', () => {
    expect(range('ViewEvent', 'target', 'Viewed', '1.1')).toEqual(['Frame']);
    expect(range('ViewEvent', 'target', 'Viewed', '1.2')).toEqual([]);
    expect(range('ToolUseEvent', 'generated', 'Used')).toEqual(['AggregateMeasureCollection']);
  });

  it('allow their own actions, and the generic event every one', () => {
    expect(ontology.actions('AssessmentEvent', '1.0')).not.toContain('Reset');
    expect(ontology.actions('AssessmentEvent', '1.1')).toContain('Reset');
    expect(ontology.actions('MediaEvent', '1.1')).toContain('Rewound');
    expect(ontology.actions('MediaEvent', '1.2')).not.toContain('Rewound');
    expect(ontology.actions('Event', '1.2')).toHaveLength(80);
    expect(ontology.actions('Person')).toEqual([]);
  });

  it('belong to a profile, which for two of them the object decides', () => {
    expect(ontology.defaultProfile('GradeEvent')).toBe('GradingProfile');
    expect(ontology.defaultProfile('NavigationEvent', 'VideoObject')).toBe('MediaProfile');
    expect(ontology.defaultProfile('NavigationEvent', 'AssessmentItem')).toBe('AssessmentProfile');
    expect(ontology.defaultProfile('NavigationEvent', 'AssignableDigitalResource')).toBe('AssignableProfile');
    expect(ontology.defaultProfile('ViewEvent', 'QuestionnaireItem')).toBe('SurveyProfile');
    expect(ontology.defaultProfile('ViewEvent', 'Result')).toBe('GradingProfile');
    expect(ontology.defaultProfile('ViewEvent', 'Page')).toBe('ReadingProfile');
    expect(ontology.eventTypes('ForumProfile')).toContain('ThreadEvent');
  });
});

describe('properties', () => {
  const required = (term: string, version: CaliperVersion) =>
    [...ontology.uses(term, version)]
      .filter(([, uses]) => uses.some((u) => u.required && !u.when))
      .map(([p]) => p);

  it('are required as each version says', () => {
    expect(required('MediaEvent', '1.2')).toEqual(['id', 'type', 'actor', 'action', 'object', 'eventTime']);
    expect(required('MediaEvent', '1.0')).not.toContain('id');
    expect(required('AggregateMeasure', '1.2')).toEqual(['id', 'type', 'metric', 'metricValue']);
    expect(required('SystemIdentifier', '1.2')).toEqual(['type', 'identifierType', 'identifier']);
  });

  it('are replaced where a subclass says otherwise', () => {
    expect(ontology.uses('Attempt', '1.2').get('isPartOf')?.[0]?.range).toEqual(['Attempt']);
    expect(ontology.uses('Forum', '1.2').get('items')?.[0]?.range).toEqual(['Thread']);
    expect(ontology.uses('Page', '1.2').get('isPartOf')?.[0]?.range).toEqual(['Entity']);
  });

  it('are known in every version, also those that only the text defines', () => {
    for (const term of ['searchResults', 'storageName', 'navigatedFrom', 'curveFactor', 'id', 'type']) {
      expect(ontology.isProperty(term)).toBe(true);
    }
    expect(ontology.isProperty('sensor')).toBe(false);
  });
});

describe('values', () => {
  it('have the IRIs of the contexts', () => {
    expect(ontology.iri('Mentor#Tutor')).toBe(
      'http://purl.imsglobal.org/vocab/lis/v2/membership/Mentor#Tutor',
    );
    expect(ontology.iri('Paused')).toBe('http://purl.imsglobal.org/caliper/actions/Paused');
    expect(ontology.iri('Paused', '1.0')).toBe('http://purl.imsglobal.org/vocab/caliper/v1/action#Paused');
    expect(ontology.iri('SurveyProfile')).toBe('http://purl.imsglobal.org/caliper/profiles/SurveyProfile');
    expect(ontology.roleOf('http://purl.imsglobal.org/vocab/lis/v2/status#Active')).toBe('Active');
    expect(ontology.roleOf('http://purl.imsglobal.org/caliper/actions/Paused')).toBeUndefined();
  });

  it('are read from the IRIs that a text prints instead', () => {
    expect(ontology.termOf('http://purl.imsglobal.org/caliper/MediaProfile', 'Profile')).toBe('MediaProfile');
    expect(ontology.termOf('https://purl.imsglobal.org/vocab/systemIdentifiers/EmailAddress')).toBe(
      'EmailAddress',
    );
  });

  it('are known in the spellings of all sources', () => {
    expect(ontology.isAction('EnabledCloseCaptioning')).toBe(true);
    expect(ontology.preferred('MarkedAsUnRead')).toBe('MarkedAsUnread');
    expect(ontology.terms('Action')).not.toContain('MarkedAsUnRead');
  });
});

describe('contexts', () => {
  it('tell the version in every spelling that senders use', () => {
    const spellings: [string, CaliperVersion][] = [
      ['http://purl.imsglobal.org/ctx/caliper/v1p2', '1.2'],
      ['https://purl.imsglobal.org/ctx/caliper/v1p2/', '1.2'],
      ['http://purl.imsglobal.org/ctx/caliper/v1p1/ToolUseProfile-extension', '1.1'],
      ['http://purl.imsglobal.org/ctx/caliper/v1/Context', '1.0'],
    ];
    for (const [iri, version] of spellings) expect(ontology.versionOfContext(iri)).toBe(version);
    expect(ontology.versionOfContext('http://purl.imsglobal.org/ctx/caliper/v9')).toBeUndefined();
  });
});

describe('any text', () => {
  it('can be asked about', () => {
    const names = fc.oneof(
      fc.string().map((text) => `~${text}`),
      fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty'),
    );
    fc.assert(
      fc.property(names, names, (a, b) => {
        expect(ontology.isSubclass(a, b)).toBe(false);
        expect([
          ontology.iri(a),
          ontology.classOf(a),
          ontology.kind(a),
          ontology.defaultProfile(a, b),
        ]).toEqual(Array(4).fill(undefined));
        expect([...ontology.actions(a), ...ontology.eventTypes(a), ...ontology.uses(a, '1.2')]).toEqual([]);
      }),
    );
  });
});
