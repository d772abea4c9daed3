import * as z from 'zod';
import { nameSchema } from './config-name.ts';
import { SCOPE_NAMES } from './scopes.ts';

/**
 * Algorithms that a public key verifies. There is no `none`, and no HMAC: its key would have to be secret.
 */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

const algorithms = z
  .array(z.enum(ALGORITHMS))
  .min(1)
  .default(['RS256'])
  .describe('Algorithms that are taken (RFC 7518); RS256 by default');

/** Members of keys that are secret: of RSA, elliptic curves and symmetric keys (RFC 7518 section 6), and of AKP. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

const publicKeySchema = z.record(z.string(), z.unknown()).superRefine((key, context) => {
  const message =
    'belongs to a private key, which has no place here: give the public one, and replace the pair if others have seen it';
  for (const name of SECRET_MEMBERS)
    if (Object.hasOwn(key, name)) context.addIssue({ code: 'custom', path: [name], message });
});

/** A JSON Web Key Set (RFC 7517 section 5) of public keys. */
export const jwksSchema = z.strictObject({
  keys: z.array(publicKeySchema).min(1).describe('Public keys (RFC 7517)'),
});

/** Where public keys come from. A token never says where to look for them. */
export const keysSchema = z
  .union(
    [
      z.strictObject({ jwks: jwksSchema }).describe('The keys themselves'),
      z.strictObject({ file: z.string().min(1) }).describe('A JSON file with the keys; not on Workers'),
      z
        .strictObject({
          url: z.url({ protocol: /^https?$/, error: 'give an http or https address' }),
          allowPrivate: z
            .boolean()
            .default(false)
            .describe('true lets the address be one of a private network, or without TLS'),
        })
        .refine(({ url, allowPrivate }) => allowPrivate || url.startsWith('https:'), {
          path: ['url'],
          error: 'keys that came without TLS could be anyone’s: give an https address, or say allowPrivate',
        })
        .describe('An address that gives them; asked again when they change'),
    ],
    'give the keys as {"jwks": {"keys": […]}}, {"file": "…"} or {"url": "https://…"}',
  )
  .describe('Public keys, as a JSON Web Key Set');

const clockTolerance = z
  .int()
  .min(0)
  .max(600)
  .default(30)
  .describe('Seconds that clocks may differ when times of a token are compared');

/** How a source signs its bodies. */
export const signedSchema = z
  .strictObject({
    keys: keysSchema,
    algorithms,
    clockTolerance,
    sensors: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Values of "sensor" that envelopes of this source have; needed where several senders share the keys',
      ),
  })
  .describe(
    'Signed bodies (JWS), as Canvas Live Events sends them: what proves the source in place of a credential',
  );

/** Who issues access tokens that are taken as bearer tokens. */
export const issuerSchema = z
  .strictObject({
    issuer: z.string().min(1).describe('Value of "iss"'),
    audience: z.array(z.string().min(1)).min(1).describe('Values of "aud" of which a token has one'),
    keys: keysSchema,
    algorithms,
    clockTolerance,
    sources: z
      .array(
        z.strictObject({
          claims: z
            .record(z.string(), z.string())
            .default({})
            .describe('Claims that a token has, such as {"azp": "client-1"}; any token where there are none'),
          source: nameSchema.describe('Name of the source whose token it then is'),
        }),
      )
      .min(1)
      .describe('Whose a token is: the first whose claims it has'),
    scopes: z
      .record(z.string(), z.array(z.enum(SCOPE_NAMES)))
      .optional()
      .describe(
        'What scopes of tokens mean here; where it is left out, tokens name the scopes that stand here',
      ),
  })
  .describe('An OpenID provider or a 1EdTech platform whose access tokens are taken (RFC 9068)');
