import type * as z from 'zod';
import { TENANT } from './tenant.ts';

interface Owned {
  readonly name: string;
  readonly tenant: string;
}

interface Sender extends Owned {
  readonly signed?: { readonly keys: object; readonly sensors?: readonly string[] | undefined } | undefined;
}

interface Issuer {
  readonly sources: readonly { readonly source: string }[];
}

interface Route extends Owned {
  readonly destinations: readonly string[];
  readonly filter?: { readonly sources?: readonly string[] | undefined } | undefined;
}

/** The parts of a configuration that name one another. */
interface Named {
  readonly tenants: readonly { readonly name: string }[];
  readonly sources: readonly Sender[];
  readonly pulls: readonly Owned[];
  readonly issuers: readonly Issuer[];
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

/** Of two that share keys the signature does not tell which one sent: Canvas signs for all its customers with one key. */
function checkSigned(sources: readonly Sender[], say: Say): void {
  const seen = new Map<string, number>();
  for (const [at, { signed }] of sources.entries()) {
    if (!signed) continue;
    const keys = JSON.stringify(signed.keys);
    const former = seen.get(keys);
    seen.set(keys, at);
    if (former === undefined || (signed.sensors && sources[former]?.signed?.sensors)) continue;
    say([`sources`, at, 'signed', 'sensors'], 'another source has the same keys: give the sensors of each');
  }
}

/** Checks that names are unique, that tenants are known, and that routes name what there is of their tenant. */
export function checkNames(named: Named, context: z.RefinementCtx): void {
  const { tenants, sources, pulls, issuers, destinations, routes = [] } = named;
  const say: Say = (path, message) => context.addIssue({ code: 'custom', path, message });
  checkUnique(tenants, 'tenants', say);
  checkSigned(sources, say);
  for (const [at, issuer] of issuers.entries()) {
    const named = issuer.sources.map(({ source }) => source);
    checkKnown(named, sources, ['issuers', at, 'sources'], say);
  }
  for (const [member, list] of Object.entries({ sources, pulls, destinations, routes })) {
    checkUnique(list, member, say);
    checkTenants(list, member, tenants, say);
  }
  for (const [at, route] of routes.entries()) {
    const own = (list: readonly Owned[]) => list.filter(({ tenant }) => tenant === route.tenant);
    checkKnown(route.destinations, own(destinations), ['routes', at, 'destinations'], say);
    checkKnown(
      route.filter?.sources ?? [],
      own([...sources, ...pulls]),
      ['routes', at, 'filter', 'sources'],
      say,
    );
  }
}
