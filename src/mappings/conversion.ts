import { isObject, member, setMember, type JsonObject, type JsonValue } from '../json/index.ts';
import type { Conversion, Diagnostic, DiagnosticCode } from './crosswalk.types.ts';
import type { Engine } from './engine.ts';
import { IRI } from './iris.ts';
import { applyDifference } from './residual/apply.ts';
import { readResidual, type Residual } from './residual/residual.ts';
import { note, type State } from './state.ts';

/** A refusal with its one reason. */
export function refusal(code: DiagnosticCode, path: string, message: string): Conversion {
  return { ok: false, diagnostics: [{ code, path, message }] };
}

/** The order in which the specifications show the members of a record; members without a place in it come last. */
const MEMBER_ORDER = [
  ...['@context', '@id', 'id', '@type', 'type', 'profile', 'actor', 'action', 'verb', 'object', 'generated'],
  ...['target', 'referrer', 'eventTime', 'result', 'context', 'timestamp'],
];

const PLACED = new Set(MEMBER_ORDER);

/** A converted record, its members in the order that readers know, with everything that was noted on the way. */
export function converted(state: State, record: JsonObject, notes: readonly Diagnostic[] = []): Conversion {
  const ordered: JsonObject = {};
  for (const name of MEMBER_ORDER) {
    const value = record[name];
    if (value !== undefined) ordered[name] = value;
  }
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value !== undefined && !PLACED.has(name)) setMember(ordered, name, value);
  }
  return { ok: true, record: ordered, diagnostics: [...notes, ...state.diagnostics], trace: state.trace };
}

/** The residual that an extensions map holds; undefined where it holds none. */
export function residualIn(extensions: JsonValue | undefined): Residual | undefined {
  return isObject(extensions) ? readResidual(member(extensions, IRI.residual)) : undefined;
}

/** A copy of a record's extension holder without the residual, and without `extensions` where nothing else is in it. */
export function withoutResidual(holder: JsonObject): JsonObject {
  const { extensions, ...others } = holder;
  if (!isObject(extensions)) return others;
  const { [IRI.residual]: _residual, ...rest } = extensions;
  return Object.keys(rest).length > 0 ? { ...others, extensions: rest } : others;
}

/** Lays the residual over what the tables gave back, and notes what did not fit any more. */
export function restored(engine: Engine, state: State, native: JsonObject, residual: Residual): Conversion {
  const { value, stale } = applyDifference(native, residual);
  for (const path of stale) {
    const message = 'what stood around this member was changed in between; the member is left out';
    note(state, { code: 'residual-stale', path, message });
  }
  if (residual.map !== engine.map) {
    const message = `converted with tables ${residual.map}, returned with ${engine.map}: safe, but not always exact`;
    note(state, { code: 'map-version', path: '', message });
  }
  return converted(state, value);
}

/** True for text that can name something. */
export const isName = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && value !== '';
