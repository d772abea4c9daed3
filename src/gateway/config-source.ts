import * as z from 'zod';
import { nameSchema } from './config-name.ts';
import { signedSchema } from './config-trust.ts';
import { SCOPE_NAMES, type Scope } from './scopes.ts';
import { TENANT } from './tenant.ts';

/** Of which tenant something is; of the one that a gateway without tenants has, where it is left out. */
export const tenantSchema = nameSchema
  .default(TENANT)
  .describe('Tenant that this belongs to; the only one by default');

/**
 * Where a secret comes from. There is no literal form: the file is copied, mailed and committed, and a secret in it
 * would go along.
 */
export const secretSchema = z
  .strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'give the name of an environment variable, not the secret itself')
      .describe('Name of the environment variable (on Workers: of the secret) that holds the value'),
  })
  .describe('A secret, by the name of the environment variable that holds it');

const bearer = z
  .strictObject({ scheme: z.literal('bearer'), token: secretSchema })
  .describe('Authorization: Bearer, as Caliper sensors send it');

const basic = z
  .strictObject({
    scheme: z.literal('basic'),
    user: z
      .string()
      .min(1)
      .regex(/^[^:]*$/, 'a user name holds no colon (RFC 7617)'),
    password: secretSchema,
  })
  .describe('Authorization: Basic, as xAPI clients send it');

/** A credential: a bearer token, or a user with a password. */
export const credentialSchema = z.discriminatedUnion('scheme', [bearer, basic]);

const scopesSchema = z.array(z.enum(SCOPE_NAMES)).min(1);

const narrowed = {
  scopes: scopesSchema.optional().describe('What this credential may do; all that its source may by default'),
};

/** The languages that records come in. */
export const languageSchema = z.enum(['caliper', 'xapi']);

/** What a source may do, as it is mostly said: the scopes that stand for it. */
function scopesFrom({
  languages = ['caliper', 'xapi'],
  read = 'own',
  administer = false,
}: Permissions): Scope[] {
  return [
    ...languages.map((language) => `send-${language}` as const),
    ...(read === 'none' ? [] : [`read-${read}` as const]),
    ...(administer ? ['administer' as const] : []),
  ];
}

const permissions = {
  languages: z
    .array(languageSchema)
    .min(1)
    .optional()
    .describe('Languages that this source may send; both by default'),
  read: z
    .enum(['none', 'own', 'all'])
    .optional()
    .describe('Which records the credentials of this source may read back; its own by default'),
  administer: z
    .boolean()
    .optional()
    .describe(
      'true lets the credentials of this source edit, replay and discard dead letters, and manage keys',
    ),
};

type Permissions = { readonly [Name in keyof typeof permissions]?: z.output<(typeof permissions)[Name]> };

const SHORT = Object.keys(permissions) as (keyof Permissions)[];

/** A sender or a reader of records. */
export const sourceSchema = z
  .strictObject({
    name: nameSchema,
    tenant: tenantSchema,
    strict: z
      .boolean()
      .default(false)
      .describe(
        'true refuses every record that breaks a MUST; false takes what can be understood, and notes it',
      ),
    scopes: scopesSchema
      .optional()
      .describe('What this source may do, in full; in place of languages, read and administer'),
    ...permissions,
    credentials: z
      .array(z.discriminatedUnion('scheme', [bearer.extend(narrowed), basic.extend(narrowed)]))
      .optional()
      .describe(
        'What it proves itself by; an empty list for a source that has keys, tokens or signed bodies only',
      ),
    signed: signedSchema.optional(),
  })
  .superRefine((source, context) => {
    if (source.credentials === undefined && source.signed === undefined) {
      const message = 'is missing: give a list of credentials, empty for a source that has keys only';
      context.addIssue({ code: 'custom', path: ['credentials'], message });
    }
    const short = SHORT.find((name) => source[name] !== undefined);
    if (source.scopes === undefined || short === undefined) return;
    const message = `"${short}" says in part what "scopes" says in full: give one of them`;
    context.addIssue({ code: 'custom', path: [short], message });
  })
  .transform(({ languages, read, administer, scopes, credentials = [], ...source }) => ({
    ...source,
    credentials,
    scopes: scopes ?? scopesFrom({ languages, read, administer }),
  }))
  .describe('A sender or a reader of records, with the credentials that it proves itself by');

/** The secret of the source that a configuration without sources has. */
export const LOCAL_SECRET = { env: 'CROSSWALK_TOKEN' } satisfies z.input<typeof secretSchema>;

/** The source of a configuration that names none: one secret, as a bearer token and as the password of `local`. */
export const LOCAL_SOURCE = {
  name: 'local',
  scopes: ['send-caliper', 'send-xapi', 'read-all', 'administer', 'operate'],
  credentials: [
    { scheme: 'bearer', token: LOCAL_SECRET },
    { scheme: 'basic', user: 'local', password: LOCAL_SECRET },
  ],
} satisfies z.input<typeof sourceSchema>;
