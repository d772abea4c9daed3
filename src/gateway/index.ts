/** The gateway: configuration, credentials, and the app that receives records and gives them back, on any host. */
export { createApp } from './app.ts';
export {
  configurationJsonSchema,
  parseConfiguration,
  readConfiguration,
  type Configuration,
  type ConfigurationInput,
} from './config.ts';
export { ConfigurationError } from './config-problem.ts';
export { deadLetterForm, deadLineForm } from './dead-form.ts';
export { portableDigest, type Digest } from './digest.ts';
export { forget, keepRetention, namingsOf, personOf } from './erasure/index.ts';
export { createGateway, deliveryNotice, servicesOf, type Host } from './gateway.ts';
export { createKey, keyForm, rotateKey } from './keys/index.ts';
export { headForm } from './proof.ts';
export type { Problem, ProblemError } from './problem.ts';
export type { Limits, Notice, Services } from './services.ts';
export { NotLinkedDataError, recordNQuads } from './rdf/index.ts';
export { formerKeysOf, renderingOf, settingsOf, type Environment, type Settings } from './settings.ts';
export { SCOPE_NAMES, SCOPES, type Scope } from './scopes.ts';
export { standingForm, standingsOf, type Standing } from './standing.ts';
export { TENANT } from './tenant.ts';
export { refusalsOf, takeIn, type Intake, type IntakeOutcome, type IntakeRecord } from './intake/intake.ts';
export { hasRoom, type Patience } from './intake/room.ts';
export { createIndexer } from './lrs/indexer.ts';
export { createSealer } from './sealer.ts';
export { PullError } from './pull/client.ts';
export { pullStatements, type Pull, type PulledProgress, type PullReport } from './pull/pull.ts';
export { routesOf, sourceWithoutCredential } from './settings.ts';
export type { Source } from './sources.ts';
export { Refusal } from './problem.ts';
export { recordFilter } from './records/filter.ts';
export type { Presented } from './credentials.ts';
