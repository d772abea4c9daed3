import { readFileSync } from 'node:fs';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What each room may import, which rooms are pure, and where the code of one host stands. */
const { mayImport, pure, nodeModules, innerDoors } = JSON.parse(
  readFileSync(new URL('scripts/rooms.json', import.meta.url), 'utf8'),
);
const ROOMS = Object.keys(mayImport);
/** The library's door: a room of one file, `src/index.ts`. */
const LIBRARY = 'library';

const anyOf = (names) => names.join('|');

function throughTheDoor(room) {
  const others = ROOMS.filter((other) => other !== room);
  return {
    regex: `^(?:\\.\\./)+(?:${anyOf(others)})/(?!(?:(?:${anyOf(innerDoors)})/)?index\\.ts$)`,
    message: 'Rooms meet only at their doors: import from the other room’s index.ts.',
  };
}

function oneWay(room) {
  const forbidden = ROOMS.filter((other) => other !== room && !mayImport[room].includes(other));
  return {
    regex: `^(?:\\.\\./)+(?:${anyOf(forbidden)})/`,
    message: `Imports point one way: src/${room} lies below this room or beside it.`,
  };
}

const noNode = {
  regex: '^node:',
  message: 'This room runs on every host: what is Node’s comes in from the edges.',
};

function roomRules(room) {
  const mayImportAll = ROOMS.length - 1 === mayImport[room].length;
  const patterns = [throughTheDoor(room), ...(mayImportAll ? [] : [oneWay(room)])];
  const restricted = (extra) => ({
    'no-restricted-imports': ['error', { patterns: [...patterns, ...extra] }],
  });
  const hostFolders = nodeModules.filter((folder) => folder.split('/')[0] === room);
  return [
    { files: [room === LIBRARY ? 'src/index.ts' : `src/${room}/**/*.ts`], rules: restricted([noNode]) },
    ...hostFolders.map((folder) => ({ files: [`src/${folder}/**/*.ts`], rules: restricted([]) })),
  ];
}

const noHost = ['Date.now', 'Math.random'].map((name) => {
  const [object, property] = name.split('.');
  return {
    object,
    property,
    message: 'A pure room reads no clock and draws no lots: both come in from the edges.',
  };
});

export default defineConfig(
  { ignores: ['dist', 'data', 'coverage', '.wrangler', '**/*.generated.*'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js', 'scripts/*.mjs'] } },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // a driver of an asynchronous port may answer at once
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-control-regex': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  ...ROOMS.flatMap(roomRules),
  {
    files: pure.map((room) => `src/${room}/**/*.ts`),
    rules: { 'no-restricted-properties': ['error', ...noHost], 'no-console': 'error' },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
