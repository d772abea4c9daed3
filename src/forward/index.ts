/** Destinations: which records go where, in which form, and how they get there. */
export { breakerState, type Breaker, type BreakerState } from './breaker.ts';
export type { Fetch } from './fetch.ts';
export type { CaliperDestination } from './caliper/config.ts';
export type { Destination, Rendering } from './destination.ts';
export type { Difference } from './differences.ts';
export {
  allowedHosts,
  authorizationHeader,
  maskFor,
  type Authorization,
  type Batching,
  type Endpoint,
} from './endpoint.ts';
export type { DeliveryEnd, DeliveryReport, ForwardEvent, ForwarderOptions } from './forward.types.ts';
export { createForwarder, type Forwarder } from './forwarder.ts';
export { editedLetter, remappedLetter, type Edited, type Remapped } from './letters.ts';
export { assignedTo, timestampOf } from './left-to-lrs.ts';
export type { Comparable } from './lrs/compare.ts';
export type { LrsDestination } from './lrs/config.ts';
export type { ClientCredentials } from './oauth.ts';
export { outboundFor, type Prepared } from './outbound.ts';
export { redacted, type Redacted, type RedactedPlace } from './redact.ts';
export type { PseudonymKey, RedactedKind, Redaction, Treatment } from './redaction.ts';
export { sentActor, type NamedActor } from './sent-actor.ts';
export { readTrace, traceAttribute, type TraceContext } from './trace.ts';
export { backoff, DEFAULT_BACKOFF, retryAfter, type Backoff } from './retry.ts';
export { isPrivateAddress, isPrivateHost, PrivateAddressError, publicOnly } from './private-address.ts';
export { deliveriesFor, type Route, type RouteFilter, type RouteSubject } from './routes.ts';
export { pause } from './wake.ts';
export { attachmentPart, writtenMultipart } from './lrs/multipart.ts';
