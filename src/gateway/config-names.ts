import type * as z from 'zod';

/** The parts of a configuration that name one another. */
interface Named {
  readonly sources: readonly { readonly name: string }[];
  readonly destinations: readonly { readonly name: string }[];
  readonly routes?:
    | readonly {
        readonly name: string;
        readonly destinations: readonly string[];
        readonly filter?: { readonly sources?: readonly string[] | undefined } | undefined;
      }[]
    | undefined;
}

type Say = (path: PropertyKey[], message: string) => void;

function checkUnique(list: readonly { readonly name: string }[], member: string, say: Say): void {
  const seen = new Set<string>();
  for (const [at, { name }] of list.entries()) {
    if (seen.has(name))
      say([member, at, 'name'], `"${name}" stands for another one already: give a name of its own`);
    seen.add(name);
  }
}

function checkKnown(
  names: readonly string[],
  known: readonly { readonly name: string }[],
  path: PropertyKey[],
  say: Say,
): void {
  for (const [at, name] of names.entries()) {
    if (known.some((one) => one.name === name)) continue;
    const choice = known.map((one) => `"${one.name}"`).join(', ') || 'none are configured';
    say([...path, at], `"${name}" is no name that stands here: ${choice}`);
  }
}

/** Checks that names are unique, and that routes name what there is. */
export function checkNames({ sources, destinations, routes = [] }: Named, context: z.RefinementCtx): void {
  const say: Say = (path, message) => context.addIssue({ code: 'custom', path, message });
  checkUnique(sources, 'sources', say);
  checkUnique(destinations, 'destinations', say);
  checkUnique(routes, 'routes', say);
  for (const [at, route] of routes.entries()) {
    checkKnown(route.destinations, destinations, ['routes', at, 'destinations'], say);
    checkKnown(route.filter?.sources ?? [], sources, ['routes', at, 'filter', 'sources'], say);
  }
}
