import * as z from 'zod';

/** A name that stands in the record log, in logs and in answers. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'give 1 to 64 letters, digits, dots, hyphens or underscores');

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

/** A credential: a bearer token, or a user with a password. */
export const credentialSchema = z.discriminatedUnion('scheme', [
  z
    .strictObject({ scheme: z.literal('bearer'), token: secretSchema })
    .describe('Authorization: Bearer, as Caliper sensors send it'),
  z
    .strictObject({
      scheme: z.literal('basic'),
      user: z
        .string()
        .min(1)
        .regex(/^[^:]*$/, 'a user name holds no colon (RFC 7617)'),
      password: secretSchema,
    })
    .describe('Authorization: Basic, as xAPI clients send it'),
]);

/** The languages that records come in. */
export const languageSchema = z.enum(['caliper', 'xapi']);

/** A sender of records. */
export const sourceSchema = z
  .strictObject({
    name: nameSchema,
    languages: z
      .array(languageSchema)
      .min(1)
      .default(['caliper', 'xapi'])
      .describe('Languages that this source may send'),
    strict: z
      .boolean()
      .default(false)
      .describe(
        'true refuses every record that breaks a MUST; false takes what can be understood, and notes it',
      ),
    read: z
      .enum(['none', 'own', 'all'])
      .default('own')
      .describe('Which records the credentials of this source may read back'),
    administer: z
      .boolean()
      .default(false)
      .describe('true lets the credentials of this source edit, replay and discard dead letters'),
    credentials: z.array(credentialSchema).min(1),
  })
  .describe('A sender of records, with the credentials that it proves itself by');

/** The secret of the source that a configuration without sources has. */
export const LOCAL_SECRET = { env: 'CROSSWALK_TOKEN' } satisfies z.input<typeof secretSchema>;

/** The source of a configuration that names none: one secret, as a bearer token and as the password of `local`. */
export const LOCAL_SOURCE = {
  name: 'local',
  read: 'all',
  administer: true,
  credentials: [
    { scheme: 'bearer', token: LOCAL_SECRET },
    { scheme: 'basic', user: 'local', password: LOCAL_SECRET },
  ],
} satisfies z.input<typeof sourceSchema>;
