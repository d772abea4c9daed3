import { describedFor, describesOf, idOf as idOfNode, openEnvelope } from '../caliper/index.ts';
import { recognise, type RecordKind } from '../index.ts';
import { elementSpans, isObject, member, type JsonObject, type JsonValue } from '../json/index.ts';
import { checked, DEEPEST, parse } from './document.ts';
import { untangled, type InputValue } from './values.ts';

/** Something wrong with a record, as the command line reports it. */
export interface Fault {
  /** JSON Pointer into the record. */
  readonly path: string;
  readonly message: string;
  /** The rule's or the diagnostic's name, where it has one. */
  readonly rule?: string;
}

/** One record of the input. `index` counts the records of the whole input from 0. */
export interface InputRecord {
  readonly index: number;
  /** Source text, exactly as it was read. */
  readonly text: string;
  readonly value: JsonObject;
  readonly kind: RecordKind;
  /** Where it stood, when it came in an envelope: `{sensor, sendTime, dataVersion, index, size}`. */
  readonly envelope?: JsonObject;
  /** Entities that its envelope describes and the record only names. */
  readonly described?: readonly JsonObject[];
}

/** Something in a record's place that is none. */
export interface Unreadable {
  readonly index: number;
  readonly id: string | null;
  readonly faults: readonly Fault[];
}

/** True for an {@link InputRecord}. */
export function isRecord(item: InputRecord | Unreadable): item is InputRecord {
  return 'kind' in item;
}

/** Takes values in the order of the input and gives the records that they hold, counted. */
export class RecordReader {
  #next = 0;

  /** The records of one value: the value itself, or the contents of an envelope. Broken text gives what is wrong. */
  read({ text, value }: InputValue): readonly (InputRecord | Unreadable)[] {
    const parsed = value === undefined ? parse(text) : checked(text, value);
    if (parsed.ok) return this.#recordsOf(text, parsed.value);
    const { path, message, rule } = parsed;
    const parts = rule === 'json-syntax' ? untangled(text) : [];
    if (parts.length > 1) return parts.flatMap((part) => this.read({ text: part }));
    return [this.#unreadable(null, { path, message, rule })];
  }

  #recordsOf(text: string, value: JsonValue): (InputRecord | Unreadable)[] {
    const kind = recognise(value);
    if (kind === 'envelope') return this.#contentsOf(text, value as JsonObject);
    if (isStatementResult(value)) return this.#statementsOf(text, value.statements);
    return [this.#record(text, value, kind)];
  }

  #contentsOf(text: string, envelope: JsonObject): (InputRecord | Unreadable)[] {
    const data = member(envelope, 'data');
    if (!Array.isArray(data)) return [this.#unreadable(envelope, NO_DATA)];
    const described = describesOf(openEnvelope(envelope).items);
    return elementsOf(text, 'data', data).map(({ value, part, kind }, index) => {
      const item = this.#record(part, value, kind, placeIn(envelope, index, data.length));
      return isRecord(item) && item.kind === 'event'
        ? { ...item, described: describedFor(item.value, described) }
        : item;
    });
  }

  #statementsOf(text: string, statements: readonly JsonValue[]): (InputRecord | Unreadable)[] {
    const elements = elementsOf(text, 'statements', statements);
    return elements.map(({ value, part, kind }) => this.#record(part, value, kind));
  }

  #record(
    text: string,
    value: JsonValue,
    kind: RecordKind | undefined,
    envelope?: JsonObject,
  ): InputRecord | Unreadable {
    if (!isObject(value) || kind === undefined) return this.#unreadable(value, notARecord(value));
    return { index: this.#next++, text, value, kind, ...(envelope && { envelope }) };
  }

  #unreadable(value: JsonValue, fault: Fault): Unreadable {
    return { index: this.#next++, id: idOf(value), faults: [fault] };
  }
}

/** The elements of a list within a text, each with its own text and what it is: an envelope is nothing there. */
function elementsOf(text: string, within: string, values: readonly JsonValue[]) {
  const spans = elementSpans(text, { within, maxDepth: DEEPEST }) ?? [];
  return values.map((value, index) => {
    const span = spans[index];
    const part = span === undefined ? JSON.stringify(value) : text.slice(span.start, span.end);
    const kind = recognise(value);
    return { value, part, kind: kind === 'envelope' ? undefined : kind };
  });
}

/** A page of statements as an LRS gives it (xAPI Data 2.5): their list, and where the next page lies. */
function isStatementResult(value: JsonValue): value is JsonObject & { statements: JsonValue[] } {
  return isObject(value) && Array.isArray(member(value, 'statements')) && recognise(value) === undefined;
}

const NO_DATA: Fault = {
  path: '/data',
  message: 'an envelope has data: a list of records',
  rule: 'not-a-record',
};

/** A record's own id, or null. */
export function idOf(value: JsonValue): string | null {
  return (isObject(value) ? idOfNode(value) : undefined) ?? null;
}

function placeIn(envelope: JsonObject, index: number, size: number): JsonObject {
  const { sensor, sendTime, dataVersion } = envelope;
  const named = { sensor, sendTime, dataVersion };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), index, size };
}

function notARecord(value: JsonValue): Fault {
  const found = isObject(value)
    ? 'an object that is neither'
    : `${Array.isArray(value) ? 'a list' : JSON.stringify(value)?.slice(0, 40)}, which is neither`;
  return {
    path: '',
    message: `found ${found} a Caliper event, a Caliper entity nor an xAPI statement`,
    rule: 'not-a-record',
  };
}
