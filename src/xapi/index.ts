/** The xAPI wire: statements, their versions and rules, and what the statements resource says about them. */
export type * from './statement.types.ts';
export type { Rule } from './rule.ts';
export { recogniseStatement } from './recognise.ts';
export { validateBatch, validateStatement, type ValidationOptions } from './validate.ts';
export { comparable, sameStatement } from './compare/comparable.ts';
export { completeStatement, leftToLrs, withAssigned, type Assigned, type Receipt } from './complete.ts';
export { VOIDED } from './rules/relations.ts';
export { hasValidIdentifier } from './rules/identifier.ts';
export { SIGNATURE } from './rules/attachment.ts';
export { instantOf } from './formats/timestamp.ts';
export {
  defaultStatementVersion,
  LATEST,
  modelOf,
  negotiateVersion,
  VERSION_HEADER,
  type Negotiation,
} from './version.ts';
export { aboutResource } from './resource/about.ts';
export { attachmentsOf, enclosedAttachments, type EnclosedAttachment } from './resource/attachments.ts';
export {
  canonicalStatement,
  idsOnly,
  type CanonicalParts,
  type StatementFormat,
} from './resource/formats.ts';
export type { ParameterEntries } from './resource/parameters.ts';
export { languagePreference, preferredTag, type LanguageRange } from './resource/preference.ts';
export { parseStatementsQuery, type Read, type StatementsQuery } from './resource/query.ts';
export { statementResult } from './resource/result.ts';
export { checkPostParameters, checkStatementId, parsePutParameters } from './resource/store.ts';
export {
  parseActivityParameter,
  parseAgentParameter,
  parseDocumentParameters,
  type DocumentChoice,
  type DocumentParameters,
  type DocumentResourceName,
} from './resource/documents.ts';
export { canonicalDefinition, personOf } from './resource/person.ts';
export {
  agentIdentity,
  queryTerms,
  statementTerms,
  termOfActivity,
  termOfAgent,
  type StatementTerms,
} from './resource/terms.ts';
