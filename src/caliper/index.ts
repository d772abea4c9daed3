/** The Caliper wire: what a record is, which version it speaks, which rules it breaks, how it reads in the current one. */
export type {
  CaliperEntity,
  CaliperEvent,
  CaliperKind,
  Envelope,
  EnvelopeItem,
  OpenEnvelope,
} from './caliper.types.ts';
export { describedFor, describesOf, withDescribed, type Described } from './described.ts';
export {
  endpointAnswers,
  endpointConfiguration,
  faultOf,
  supportedVersions,
  validateConfiguration,
  type EndpointAnswer,
  type EndpointConfiguration,
  type EndpointFault,
} from './endpoint.ts';
export { openEnvelope } from './envelope.ts';
export { classOf, idOf, typeOf } from './node.ts';
export { recognise } from './recognise.ts';
export { contextFor } from './versions/context.ts';
export { toCurrent } from './versions/current.ts';
export { caliperContext, contextIris, detectVersion, type DetectedVersion } from './versions/detect.ts';
export { fromCurrent } from './versions/former.ts';
export { inCaliperTerms, type InCaliperTerms, type Renamed } from './versions/inline.ts';
export { validateEnvelope, validateFrame } from './validation/envelopes.ts';
export {
  validateEntity,
  validateEvent,
  validateRecord,
  type ValidationOptions,
} from './validation/records.ts';
export { validateText } from './validation/repeated.ts';
export type { CaliperRule } from './validation/report.ts';
