import type * as z from 'zod';
import { pointer } from '../json/index.ts';
import type { ProblemError } from './problem.ts';
import { issuePath, issueRule } from './schema-issues.ts';

type Issue = z.core.$ZodIssue;

const listed = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(', ');

/** What would be right, for the issues whose own message only says what is wrong. */
function mend(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${listed(issue.keys)}: no such setting; remove it or mend its spelling`;
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing: give a value of type ${issue.expected}`
        : `has the wrong type: give a value of type ${issue.expected}`;
    case 'invalid_value':
      return `is none of the values that are known: give ${listed(issue.values)}`;
    case 'invalid_union':
      return issue.discriminator === undefined
        ? issue.message
        : `"${issue.discriminator}" is missing or names no known kind`;
    case 'too_small':
      return `is too small: give ${String(issue.minimum)} or more`;
    case 'too_big':
      return `is too big: give ${String(issue.maximum)} or less`;
    default:
      return issue.message;
  }
}

/** The settings that an issue is about: an unknown one is named itself, not the object that holds it. */
function pathsOf(issue: Issue): string[] {
  const path = issuePath(issue.path);
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => pointer(path, key)) : [path];
}

/** What is wrong with a configuration, by JSON Pointer, with what would be right. */
export function configErrors(issues: readonly Issue[]): ProblemError[] {
  return issues.flatMap((issue) =>
    pathsOf(issue).map((path) => ({
      path,
      rule: issueRule('config', issue),
      message: mend(issue),
    })),
  );
}

/** A configuration that cannot be used. Its message lists every error, one a line, with the JSON Pointer first. */
export class ConfigurationError extends Error {
  readonly errors: readonly ProblemError[];

  constructor(errors: readonly ProblemError[]) {
    super(errors.map(({ path, message }) => `${path === '' ? '(whole file)' : path}: ${message}`).join('\n'));
    this.name = 'ConfigurationError';
    this.errors = errors;
  }
}
