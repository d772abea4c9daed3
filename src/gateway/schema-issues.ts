import type * as z from 'zod';
import { pointer } from '../json/index.ts';
import type { ProblemError } from './problem.ts';

/** The JSON Pointer of the value that an issue of a schema is about. */
export const issuePath = (path: readonly PropertyKey[]): string =>
  pointer('', ...path.map((step) => (typeof step === 'number' ? step : String(step))));

/** The rule that an issue names, of those of one subject. */
export const issueRule = (subject: string, { code }: Pick<z.core.$ZodIssue, 'code'>): string =>
  `${subject}-${code.replaceAll('_', '-')}`;

/** What a schema has found wrong, as a problem lists it. */
export const issueErrors = (issues: readonly z.core.$ZodIssue[], subject: string): ProblemError[] =>
  issues.map((issue) => ({
    path: issuePath(issue.path),
    rule: issueRule(subject, issue),
    message: issue.message,
  }));
