import type { JsonKind } from '../rows/json-kind.ts';

/** What a word in the parentheses of a transform names. */
export type WordKind = 'value' | 'name' | 'class' | 'class?' | 'path' | 'property';

/** What a transform is written with, what it takes from an event, and what it gives to a statement. */
export interface Signature {
  /** What the words in its parentheses name; none where it has no parentheses. `class?` may be left out. */
  readonly words: readonly WordKind[];
  /** Kinds of JSON value that it takes from the event; empty where it takes none, undefined for any. */
  readonly takes?: readonly JsonKind[];
  /** Kinds of JSON value that it gives to the statement; empty where it writes nothing, undefined for what it took. */
  readonly gives?: readonly JsonKind[];
  /** The datatype of a text that it reads, where not any text will do. */
  readonly datatype?: 'duration' | 'dateTime';
}

const THING: readonly JsonKind[] = ['object', 'string'];

/** The signatures of all transforms, by their names. */
export const SIGNATURES: Readonly<Record<string, Signature>> = {
  copy: { words: [] },
  rest: { words: [] },
  uuid: { words: [], takes: ['string'], gives: ['string'] },
  uuid4: { words: [], takes: ['string'], gives: ['string'] },
  instant: { words: [], takes: ['string'], gives: ['string'], datatype: 'dateTime' },
  seconds: { words: [], takes: ['string'], gives: ['number'], datatype: 'duration' },
  number: { words: [], takes: ['string'], gives: ['number'] },
  join: { words: [], takes: ['list'], gives: ['string'] },
  agent: { words: [], takes: THING, gives: ['object'] },
  activity: { words: [], takes: THING, gives: ['object'] },
  thing: { words: [], takes: THING, gives: ['object'] },
  const: { words: ['value'], takes: [], gives: ['string', 'boolean'] },
  profile: { words: [], takes: ['string'], gives: ['object'] },
  'profile-echo': { words: [], takes: ['string'], gives: ['object'] },
  class: { words: [], takes: ['string'], gives: ['object'] },
  location: { words: ['class'], takes: ['object'], gives: ['number'] },
  session: { words: ['class'], takes: ['object'], gives: ['string'] },
  'session-uuid': { words: ['class'], takes: ['object'], gives: ['string'] },
  platform: { words: ['class'], takes: ['object'], gives: ['string'] },
  registration: { words: [], takes: THING, gives: ['string'] },
  ratio: { words: ['property', 'property'], takes: ['object'], gives: ['number'] },
  components: { words: ['property', 'property'], takes: ['object'], gives: ['list'] },
  rating: { words: [], takes: ['object'], gives: ['object'] },
  implied: { words: ['name', 'class?'], takes: ['object'], gives: [] },
  alias: { words: ['path'], gives: [] },
  anonymous: { words: ['class'], takes: ['object'], gives: [] },
  roles: { words: [], takes: ['list'], gives: ['object'] },
  'context-group': { words: [], takes: ['object'], gives: ['object'] },
  raise: { words: [], takes: ['string'], gives: [] },
};
