import { derivedUuid } from '../identifiers.ts';
import { durationOf } from '../time.ts';
import type { Generalised } from './generalise.ts';
import type { Registers } from './registers.ts';

/** Something that a conversion makes of the texts and numbers of a record; undefined where it makes nothing of them. */
export type Atom = (registers: Registers) => string | number | undefined;

const textAt = (registers: Registers, register: number) => registers[register] as string;
const numberAt = (registers: Registers, register: number) => registers[register] as number;

/** All that conversions make of the texts and numbers of a pattern's records. `implied` names what transforms imply. */
export function atomsOf(found: Generalised, implied: readonly string[]): readonly Atom[] {
  return [...copies(found), ...ofTexts(found), ...ofNumbers(found), ...ofPairs(found, implied)];
}

function copies({ texts, numbers, positions, accounts }: Generalised): Atom[] {
  return [...texts, ...numbers, ...positions, ...accounts].map(
    ({ register }): Atom =>
      (registers) =>
        registers[register] as string | number,
  );
}

function ofTexts({ texts, accounts }: Generalised): Atom[] {
  const known = texts.flatMap(({ register, kind }) =>
    kind.derived.map(
      (make): Atom =>
        (registers) =>
          make(textAt(registers, register)),
    ),
  );
  const attempts = accounts.map(
    ({ register }): Atom =>
      (registers) =>
        derivedUuid('attempt', textAt(registers, register)),
  );
  return [...known, ...attempts];
}

function ofNumbers({ numbers }: Generalised): Atom[] {
  const durations = numbers.map(
    ({ register }): Atom =>
      (registers) =>
        durationOf(numberAt(registers, register)),
  );
  const ratios = numbers.flatMap(({ register: part }) =>
    numbers.map(
      ({ register: total }): Atom =>
        (registers) =>
          part === total ? undefined : numberAt(registers, part) / numberAt(registers, total),
    ),
  );
  return [...durations, ...ratios];
}

/** Identifiers of entities that a statement implies: they follow from its id, an attempt's from registration and object. */
function ofPairs({ texts }: Generalised, implied: readonly string[]): Atom[] {
  const uuids = texts.filter(({ kind }) => kind.name.startsWith('uuid'));
  const entities = uuids.flatMap(({ register }) =>
    implied.map(
      (kind): Atom =>
        (registers) =>
          derivedUuid('entity', `${kind} ${textAt(registers, register)}`),
    ),
  );
  const iris = texts.filter(({ kind }) => kind.name === 'web' || kind.name === 'iri');
  const attempts = uuids.flatMap(({ register: uuid }) =>
    iris.map(
      ({ register: iri }): Atom =>
        (registers) =>
          derivedUuid('attempt', `${textAt(registers, uuid)} ${textAt(registers, iri)}`),
    ),
  );
  return [...entities, ...attempts];
}
