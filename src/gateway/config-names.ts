import type * as z from 'zod';
import { TENANT } from './tenant.ts';

interface Owned {
  readonly name: string;
  readonly tenant: string;
}

interface Route extends Owned {
  readonly destinations: readonly string[];
  readonly filter?: { readonly sources?: readonly string[] | undefined } | undefined;
}

/** The parts of a configuration that name one another. */
interface Named {
  readonly tenants: readonly { readonly name: string }[];
  readonly sources: readonly Owned[];
  readonly destinations: readonly Owned[];
  readonly routes?: readonly Route[] | undefined;
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

function checkTenants(list: readonly Owned[], member: string, tenants: Named['tenants'], say: Say): void {
  const known = [TENANT, ...tenants.map(({ name }) => name)];
  for (const [at, { tenant }] of list.entries()) {
    if (known.includes(tenant)) continue;
    say([member, at, 'tenant'], `"${tenant}" is no tenant: name one that stands in "tenants"`);
  }
}

/** Checks that names are unique, that tenants are known, and that routes name what there is of their tenant. */
export function checkNames(named: Named, context: z.RefinementCtx): void {
  const { tenants, sources, destinations, routes = [] } = named;
  const say: Say = (path, message) => context.addIssue({ code: 'custom', path, message });
  checkUnique(tenants, 'tenants', say);
  for (const [member, list] of Object.entries({ sources, destinations, routes })) {
    checkUnique(list, member, say);
    checkTenants(list, member, tenants, say);
  }
  for (const [at, route] of routes.entries()) {
    const own = (list: readonly Owned[]) => list.filter(({ tenant }) => tenant === route.tenant);
    checkKnown(route.destinations, own(destinations), ['routes', at, 'destinations'], say);
    checkKnown(route.filter?.sources ?? [], own(sources), ['routes', at, 'filter', 'sources'], say);
  }
}
