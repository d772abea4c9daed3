/** The xAPI wire: statements, their versions and rules, and what the statements resource says about them. */
export type * from './statement.types.ts';
export type { Rule } from './rule.ts';
export { recogniseStatement } from './recognise.ts';
export { validateBatch, validateStatement, type ValidationOptions } from './validate.ts';
export {
  defaultStatementVersion,
  LATEST,
  modelOf,
  negotiateVersion,
  VERSION_HEADER,
  type Negotiation,
} from './version.ts';
