/** What a credential may do, in the one vocabulary of the configuration, of keys and of access tokens. */
export const SCOPES = {
  'send-caliper': 'send Caliper envelopes',
  'send-xapi': 'send statements and documents by xAPI',
  'read-own': 'read back what its own source sent',
  'read-all': 'read what every source of its tenant sent',
  administer: 'change what becomes of the records of its tenant, and manage its keys',
  monitor:
    'see metrics and how deliveries stand, without any record: of its tenant, or, where it names none, of all',
  operate: 'see and do for all tenants what an administrator does for one',
} as const;

export type Scope = keyof typeof SCOPES;

export const SCOPE_NAMES = Object.keys(SCOPES) as [Scope, ...Scope[]];

/** What a scope holds beside itself. */
const HOLDS: Readonly<Partial<Record<Scope, readonly Scope[]>>> = {
  'read-all': ['read-own'],
  operate: ['administer', 'monitor'],
};

/** Scopes that were given, with those that they hold. */
export function scopesOf(given: Iterable<Scope>): ReadonlySet<Scope> {
  return new Set([...given].flatMap((scope) => [scope, ...(HOLDS[scope] ?? [])]));
}

/** Scopes that go beyond a tenant: its administrators cannot give them away. */
export const BEYOND_TENANT: ReadonlySet<string> = new Set<Scope>(['monitor', 'operate']);

export const isScope = (name: string): name is Scope => Object.hasOwn(SCOPES, name);
