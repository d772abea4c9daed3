import { createTraceState, isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import type { StoredRecord } from '../audit/index.ts';
import { isObject, isString, member, type JsonObject } from '../json/index.ts';

/** Where a request belongs in a trace (W3C Trace Context, Level 1). */
export interface TraceContext {
  readonly traceId: string;
  /** The caller's part of the trace. */
  readonly spanId: string;
  /** Bit 1: the caller records the trace. */
  readonly flags: number;
  /** Entries of vendors, as `tracestate` has them; empty where there are none. */
  readonly state: string;
}

/** What continues a trace at a destination, and which traces of senders it stands for. */
export interface ChildTrace {
  readonly context: Pick<TraceContext, 'traceId' | 'flags' | 'state'>;
  readonly links: readonly string[];
}

const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads `traceparent` and `tracestate`. Null where there is no valid `traceparent`: what cannot be read is not passed on
 * (section 4.3). A later version is read as far as this one goes.
 */
export function readTrace(parent: string | undefined, state: string | undefined): TraceContext | null {
  const [, version, traceId = '', spanId = '', flags = '', more] = PARENT.exec(parent?.trim() ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (!isValidTraceId(traceId) || !isValidSpanId(spanId)) return null;
  const entries = state === undefined ? '' : createTraceState(state).serialize();
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & 1, state: entries };
}

const parentOf = ({ traceId, flags }: Pick<TraceContext, 'traceId' | 'flags'>, spanId: string) =>
  `00-${traceId}-${spanId}-0${flags}`;

/** A trace context as an attribute of the records that came with it. */
export const traceAttribute = (context: TraceContext): JsonObject => ({
  parent: parentOf(context, context.spanId),
  ...(context.state === '' ? {} : { state: context.state }),
});

function traceOf({ attributes }: Pick<StoredRecord, 'attributes'>): TraceContext | null {
  const trace = member(attributes, 'trace');
  if (!isObject(trace)) return null;
  const { parent, state } = trace;
  return isString(parent) ? readTrace(parent, isString(state) ? state : undefined) : null;
}

/** Traces that a request names at most in the gateway's own log. */
const MOST_LINKS = 32;

const hex = (id: string) => id.replaceAll('-', '');

/**
 * The trace of a request that carries records. Those of one trace go on in it. Records of several traces cannot all be
 * continued by one header, so that the request begins a trace of its own, whose `links` the gateway's log tells. Null
 * where no record has a trace.
 */
export function childTrace(
  records: readonly Pick<StoredRecord, 'attributes'>[],
  newId: () => string,
): ChildTrace | null {
  const contexts = records.flatMap((record) => traceOf(record) ?? []);
  const [first] = contexts;
  if (!first) return null;
  const traces = [...new Set(contexts.map(({ traceId }) => traceId))];
  const flags = contexts.some((context) => context.flags === 1) ? 1 : 0;
  const links = traces.slice(0, MOST_LINKS);
  if (traces.length > 1) return { context: { traceId: hex(newId()), flags, state: '' }, links };
  const same = contexts.every(({ state }) => state === first.state);
  return { context: { traceId: first.traceId, flags, state: same ? first.state : '' }, links };
}

/** Headers of one request in a trace: each request is a part of its own. */
export function traceHeaders({ context }: ChildTrace, newId: () => string): Record<string, string> {
  const parent = parentOf(context, hex(newId()).slice(0, 16));
  return { traceparent: parent, ...(context.state === '' ? {} : { tracestate: context.state }) };
}
