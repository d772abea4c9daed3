import type { JsonValue } from '../../json/index.ts';

/**
 * What stands in a record where records of one pattern differ, by number: its texts and numbers, and its objects, which of a
 * record that was not parsed are parts of its text.
 */
export type Registers = (JsonValue | PartOfText)[];

/** An object or a list as it stands in a JSON text. */
export class PartOfText {
  readonly #text: string;
  readonly #isCompact: boolean;

  /** `isCompact` says that it is written as `JSON.stringify` would write it. */
  constructor(text: string, isCompact: boolean) {
    this.#text = text;
    this.#isCompact = isCompact;
  }

  /** Made anew each time. */
  value(): JsonValue {
    return JSON.parse(this.#text) as JsonValue;
  }

  /** What `JSON.stringify` writes of it. */
  written(): string {
    return this.#isCompact ? this.#text : JSON.stringify(this.value());
  }
}
