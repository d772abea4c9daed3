/** Names that every object has without anybody's doing, and what a careless program takes for its own. */
export const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype'] as const;

/** The same, with methods that a careless look-up would find and call. */
export const INHERITED_NAMES = [...PROTOTYPE_NAMES, 'toString', 'valueOf', 'hasOwnProperty'] as const;

const HOLDERS = [Object, Array, Function, String, Number, Boolean, Map, Set, RegExp, Promise];

/** What the language's own objects hold, by name. */
const held = () =>
  new Map(
    HOLDERS.flatMap((holder) =>
      [holder, holder.prototype as object].flatMap((object, at) =>
        Reflect.ownKeys(object).map((name) => [
          `${holder.name}${at === 1 ? '.prototype' : ''}.${String(name)}`,
          Reflect.getOwnPropertyDescriptor(object, name)?.value as unknown,
        ]),
      ),
    ) as [string, unknown][],
  );

/** Gives the names of what was added to the language's own objects, taken away or changed since. */
export function watchPrototypes(): () => string[] {
  const before = held();
  return () => {
    const after = held();
    const names = new Set([...before.keys(), ...after.keys()]);
    return [...names].filter(
      (name) => !Object.is(before.get(name), after.get(name)) || before.has(name) !== after.has(name),
    );
  };
}
