import * as z from 'zod';
import { nameSchema } from './config-name.ts';
import { credentialSchema, languageSchema, secretSchema, tenantSchema } from './config-source.ts';

/** An address of another system. Credentials stand elsewhere. */
export const address = z
  .url({ protocol: /^https?$/, error: 'give an absolute address with http or https' })
  .refine(
    (url) => !/^[a-z]+:\/\/[^/]*@/i.test(url),
    'a credential has no place in an address: give authorization',
  );

const client = {
  scheme: z.literal('oauth'),
  tokenUrl: address.describe('Address of the token endpoint'),
  clientId: z.string().min(1),
  scopes: z.array(z.string().min(1)).min(1).optional().describe('Scopes that are asked for'),
};

/** OAuth 2.0 client credentials. */
const oauthSchema = z
  .discriminatedUnion('method', [
    z.strictObject({
      ...client,
      method: z.enum(['client_secret_basic', 'client_secret_post']),
      clientSecret: secretSchema,
    }),
    z.strictObject({
      ...client,
      method: z.literal('private_key_jwt'),
      privateKey: secretSchema.describe('The key that signs assertions: PKCS #8 in PEM'),
      keyId: z.string().min(1).optional().describe('Id of the key, as its public part is registered'),
      algorithm: z.enum(['RS256', 'PS256', 'ES256']).default('RS256'),
    }),
  ])
  .describe(
    'OAuth 2.0 client credentials (RFC 6749 section 4.4, RFC 7523): a token is fetched, kept and renewed',
  );

const authorizationSchema = z.union([credentialSchema, oauthSchema]);

const treatment = (what: string) => z.enum(['drop', 'hash']).optional().describe(what);

const pseudonymKeySchema = z.strictObject({
  id: nameSchema.describe('Names the key in each pseudonym; a new key gets a new id'),
  secret: secretSchema,
});

type PseudonymKeySetting = z.output<typeof pseudonymKeySchema>;

interface PseudonymKeys {
  readonly key?: PseudonymKeySetting | undefined;
  readonly formerKeys?: readonly PseudonymKeySetting[] | undefined;
}

/** Checks that a rotation really changed the key: its id, by which pseudonyms are told apart, and its secret. */
function checkRotation({ key, formerKeys = [] }: PseudonymKeys, context: z.RefinementCtx): void {
  const say = (path: PropertyKey[], message: string) =>
    context.addIssue({ code: 'custom', path: ['formerKeys', ...path], message });
  if (!key && formerKeys.length > 0) say([], 'former keys come before a present one: give key, too');
  const seen = key ? [key] : [];
  for (const [at, former] of formerKeys.entries()) {
    if (seen.some(({ id }) => id === former.id))
      say([at, 'id'], `"${former.id}" names another key already: give the id that this one had`);
    if (seen.some(({ secret }) => secret.env === former.secret.env))
      say(
        [at, 'secret', 'env'],
        'holds the secret of another key already: give each key a variable of its own',
      );
    seen.push(former);
  }
}

const redactionSchema = z
  .strictObject({
    key: pseudonymKeySchema
      .optional()
      .describe('Key of the pseudonyms (HMAC-SHA-256); needed where something is hashed'),
    formerKeys: z
      .array(pseudonymKeySchema)
      .min(1)
      .optional()
      .describe(
        'Keys that pseudonyms had before; nothing that is sent uses them, "crosswalk pseudonyms" shows what they gave',
      ),
    actor: treatment('Who acts, and every other person: ids, accounts, mail addresses, OpenIDs'),
    names: treatment('Names of persons and groups'),
    mail: treatment('Addresses of mail, wherever they stand'),
    addresses: treatment('IP addresses, wherever they stand'),
    text: treatment('What people wrote: responses, comments, messages, notes, tags, searches'),
    members: treatment('The values of the members that "named" lists'),
    named: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Further members, for "members": their names, IRIs of extensions, or JSON Pointers into the record as it was received',
      ),
  })
  .refine(
    ({ members, named }) => (members === undefined) === (named === undefined),
    'members says what becomes of what named lists: give both or neither',
  )
  .refine(
    ({ key, ...kinds }) => key !== undefined || !Object.values(kinds).includes('hash'),
    'to hash takes a key: give key with id and secret',
  )
  .superRefine(checkRotation)
  .describe('What is kept from this destination: dropped, or replaced by a keyed pseudonym of its own');

const endpoint = {
  name: nameSchema,
  tenant: tenantSchema,
  authorization: authorizationSchema.describe('How the gateway proves itself there'),
  allowPrivate: z
    .boolean()
    .optional()
    .describe(
      'true lets the address, and that of its tokens, be one of a private network or of this machine',
    ),
  batch: z
    .strictObject({
      count: z.int().min(1).max(10_000).optional().describe('Most records in one request; 100 by default'),
      bytes: z
        .int()
        .min(1024)
        .optional()
        .describe('Most bytes of records in one request; 1,000,000 by default'),
      age: z
        .int()
        .min(0)
        .max(60_000)
        .optional()
        .describe('Milliseconds that a record waits for others to go along with it; 100 by default'),
    })
    .optional(),
  timeout: z
    .int()
    .min(100)
    .max(600_000)
    .optional()
    .describe('Milliseconds that one request may take; 15,000 by default'),
  breaker: z
    .strictObject({
      failures: z
        .int()
        .min(1)
        .max(100)
        .optional()
        .describe('Failed attempts in a row that open the breaker; 5 by default'),
      cooldown: z
        .int()
        .min(0)
        .max(86_400_000)
        .optional()
        .describe('Milliseconds that nothing is sent for at least while it is open; 15,000 by default'),
    })
    .optional()
    .describe('When a destination that fails gets a rest, after which one record is sent as a probe'),
  expire: z
    .int()
    .min(1_000)
    .optional()
    .describe(
      'Milliseconds after which a record that could not be delivered becomes a dead letter; never where this is left out',
    ),
  strict: z
    .boolean()
    .optional()
    .describe(
      'true sends nothing that breaks a MUST of the destination’s language: it becomes a dead letter "invalid"; false, the default, leaves the judgement to the destination',
    ),
  language: z
    .string()
    .min(1)
    .optional()
    .describe('Language tag for strings without one, when records are mapped for this destination'),
  redaction: redactionSchema.optional(),
};

/** Where records go: each kind reads one language. */
export const destinationSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('lrs'),
      ...endpoint,
      url: address.describe('Address of the xAPI endpoint, below which "statements" lies'),
      version: z
        .enum(['1.0.3', '2.0.0'])
        .optional()
        .describe('Version of xAPI that is spoken to it; 1.0.3 by default'),
    })
    .describe('A Learning Record Store: it gets statements'),
  z
    .strictObject({
      kind: z.literal('caliper'),
      ...endpoint,
      url: address.describe('Address that envelopes are sent to'),
      sensor: z
        .string()
        .min(1)
        .optional()
        .describe('IRI that names this gateway as the sensor of its envelopes; publicUrl by default'),
      version: z
        .enum(['1.1', '1.2'])
        .optional()
        .describe('Version of events that are written for it; 1.2 by default'),
    })
    .describe('A Caliper endpoint: it gets envelopes of events and entity describes'),
]);

const listOf = <Item extends z.ZodType>(item: Item, what: string) =>
  z.array(item).min(1).optional().describe(`${what}; every one where this is left out`);

/** Which records go where. */
export const routeSchema = z.strictObject({
  name: nameSchema,
  tenant: tenantSchema,
  destinations: z.array(nameSchema).min(1).describe('Names of destinations'),
  filter: z
    .strictObject({
      sources: listOf(nameSchema, 'Names of sources'),
      languages: listOf(languageSchema, 'Languages that records arrived in'),
      kinds: listOf(z.enum(['event', 'describe', 'statement']), 'Kinds of records'),
      types: listOf(z.string().min(1), 'Caliper types or xAPI verb IRIs'),
      eventTypes: listOf(z.string().min(1), 'Caliper types of events and described entities'),
      verbs: listOf(z.string().min(1), 'Caliper actions or xAPI verb IRIs'),
      objectTypes: listOf(
        z.string().min(1),
        'Caliper types of objects, xAPI activity types or values of objectType',
      ),
      actors: listOf(
        z.string().min(1),
        'Ids of Caliper actors; mbox, openid or mbox_sha1sum of xAPI actors, or their account as "homePage name"',
      ),
      courses: listOf(
        z.string().min(1),
        'Ids of Caliper groups and what they are part of; of parent and grouping activities and teams of xAPI',
      ),
    })
    .optional()
    .describe('What a record must be to go this way'),
});
