import fc from 'fast-check';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { setMember, type JsonObject, type JsonValue } from '../src/json/index.ts';
import { completeStatement, recogniseStatement, validateStatement } from '../src/xapi/index.ts';
import { statements } from './arbitraries/statements.ts';

const require = createRequire(import.meta.url);
const { default: learningLocker } = require('@learninglocker/xapi-validation') as {
  default: (statement: unknown) => unknown[];
};

const receipt = {
  id: '7ccd3322-e1a5-411a-a67d-6a735c76f119',
  stored: '2024-01-01T00:00:00.000Z',
  authority: { account: { homePage: 'https://lrs.example.org', name: 'lrs' } },
  version: '1.0',
} as const;

describe('generated statements', () => {
  it('are valid in 1.0, and Learning Locker takes them too', () => {
    fc.assert(
      fc.property(statements('1.0'), (statement) => {
        expect(validateStatement(statement, { version: '1.0' })).toEqual([]);
        // completed, since that validator knows contextActivities only as lists
        expect(learningLocker(completeStatement(statement, receipt))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('are valid in 2.0, and those of 1.0 are too', () => {
    fc.assert(
      fc.property(fc.oneof(statements('2.0'), statements('1.0')), (statement) => {
        expect(recogniseStatement(statement)).toBe(true);
        expect(validateStatement(statement, { version: '2.0' })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Every place in a JSON value below its root, outside extensions. */
function places(value: JsonValue, into: { object: JsonObject; name: string }[] = []) {
  if (Array.isArray(value)) value.forEach((item) => places(item, into));
  else if (typeof value === 'object' && value !== null) {
    for (const name of Object.keys(value)) {
      into.push({ object: value, name });
      if (name !== 'extensions') places(value[name] as JsonValue, into);
    }
  }
  return into;
}

describe('a valid statement with one thing wrong', () => {
  const broken = (harm: (place: { object: JsonObject; name: string }) => void) =>
    fc.tuple(statements('2.0'), fc.nat()).map(([statement, seed]) => {
      const copy = structuredClone(statement);
      const all = places(copy);
      harm(all[seed % all.length]!);
      return copy;
    });

  it('is refused where a member is null', () => {
    fc.assert(
      fc.property(
        broken(({ object, name }) => setMember(object, name, null)),
        (statement) => {
          expect(validateStatement(statement, { version: '2.0' })).not.toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused where a member that no object has stands beside another', () => {
    fc.assert(
      fc.property(
        broken(({ object }) => setMember(object, 'a member, that is no tag', 'x')),
        (statement) => {
          expect(validateStatement(statement, { version: '2.0' })).not.toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('any JSON value at all', () => {
  it('is judged, never thrown at', () => {
    const parts = fc.letrec<{ any: JsonValue }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<JsonValue>(null, 1, 'x', true, '', 'Group', 'SubStatement', 'Agent', 'choice'),
        fc.array(tie('any'), { maxLength: 2 }),
        fc.dictionary(
          fc.constantFrom(
            'actor',
            'verb',
            'object',
            'id',
            'objectType',
            'member',
            'context',
            '__proto__',
            'definition',
            'interactionType',
            'choices',
            'authority',
            'attachments',
            'result',
            'score',
          ),
          tie('any'),
          { maxKeys: 6 },
        ),
      ),
    })).any;
    fc.assert(
      fc.property(parts, (value) => {
        expect(Array.isArray(validateStatement(value, { version: '2.0' }))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
