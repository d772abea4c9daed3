import type {
  Authorization,
  Destination,
  PseudonymKey,
  Redaction,
  Rendering,
  Route,
} from '../forward/index.ts';
import { pointer } from '../json/index.ts';
import type { Thresholds, WebhookSettings } from './alerts/index.ts';
import type { Configuration } from './config.ts';
import { ConfigurationError } from './config-problem.ts';
import { keptCredential, type KnownCredential, type Presented } from './credentials.ts';
import type { Digest } from './digest.ts';
import type { ProblemError } from './problem.ts';
import type { Pull } from './pull/pull.ts';
import { scopesOf } from './scopes.ts';
import type { Source } from './sources.ts';

/** Values of environment variables, or of a Worker's secrets, by name. */
export type Environment = Readonly<Record<string, unknown>>;

/** An LRS that is read at intervals, in milliseconds. */
export interface ScheduledPull {
  readonly every: number;
  readonly pull: Pull;
}

/** What a configuration comes to once its secrets are read. */
export interface Settings {
  readonly credentials: readonly KnownCredential[];
  /** Sources with all that they may do, whatever they prove themselves by. */
  readonly sources: readonly Source[];
  readonly destinations: readonly Destination[];
  readonly routes: readonly Route[];
  /** Where alerts go, and when; null where nobody is told. */
  readonly alerts: { readonly webhook: WebhookSettings; readonly thresholds: Thresholds } | null;
  readonly pulls: readonly ScheduledPull[];
}

type SourceSetting = Configuration['sources'][number];
type PullSetting = Configuration['pulls'][number];
type CredentialSetting = SourceSetting['credentials'][number];
type DestinationSetting = Configuration['destinations'][number];
type ReadSecret = (name: string, path: string) => string;

/** The sensor of envelopes where the configuration has no address for the gateway. */
const SENSOR = 'urn:crosswalk:gateway';

function credentialOf(setting: CredentialSetting, path: string, secret: ReadSecret): Presented {
  if (setting.scheme === 'bearer') {
    return { scheme: 'bearer', token: secret(setting.token.env, pointer(path, 'token', 'env')) };
  }
  const password = secret(setting.password.env, pointer(path, 'password', 'env'));
  return { scheme: 'basic', user: setting.user, password };
}

function authorizationOf(
  setting: DestinationSetting['authorization'],
  path: string,
  secret: ReadSecret,
): Authorization {
  if (setting.scheme !== 'oauth') return credentialOf(setting, path, secret);
  if (setting.method === 'private_key_jwt') {
    const privateKey = secret(setting.privateKey.env, pointer(path, 'privateKey', 'env'));
    return given({ ...setting, privateKey });
  }
  const clientSecret = secret(setting.clientSecret.env, pointer(path, 'clientSecret', 'env'));
  return given({ ...setting, clientSecret });
}

/** The same object without the members that are undefined. */
function given<Value extends object>(
  value: Value,
): { [Name in keyof Value]: Exclude<Value[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}

/** What is kept from a destination, with the key of its pseudonyms. */
function redactionOf(
  { redaction }: DestinationSetting,
  path: string,
  secret: ReadSecret,
): Redaction | undefined {
  if (!redaction) return undefined;
  // what is sent needs no former key: their secrets stay out of a gateway that runs
  const { key, formerKeys: _former, ...kinds } = redaction;
  if (!key) return given(kinds);
  const value = secret(key.secret.env, pointer(path, 'redaction', 'key', 'secret', 'env'));
  return { ...given(kinds), key: { id: key.id, secret: value } };
}

function destinationOf(
  setting: DestinationSetting,
  authorization: Authorization,
  sensor: string,
  redaction: Redaction | undefined,
): Destination {
  const { batch, breaker, redaction: _setting, ...rest } = setting;
  const own = {
    ...rest,
    authorization,
    redaction,
    ...(batch ? { batch: given(batch) } : {}),
    ...(breaker ? { breaker: given(breaker) } : {}),
  };
  const destination = setting.kind === 'caliper' ? { ...own, sensor: setting.sensor ?? sensor } : own;
  return given(destination) as Destination;
}

/** Which records go where. A route takes records of its own tenant only, whatever else it says. */
export function routesOf({ routes, destinations }: Configuration): Route[] {
  if (routes) {
    return routes.map(({ name, tenant, destinations: to, filter = {} }) => ({
      name,
      destinations: to,
      filter: { ...given(filter), tenants: [tenant] },
    }));
  }
  const tenants = [...new Set(destinations.map(({ tenant }) => tenant))];
  return tenants.map((tenant) => ({
    name: 'all',
    destinations: destinations.filter((one) => one.tenant === tenant).map(({ name }) => name),
    filter: { tenants: [tenant] },
  }));
}

/** A source that nobody sends as: its records are fetched, or read from files. */
export function sourceWithoutCredential(name: string, tenant: string, strict: boolean): Source {
  return { name, tenant, strict, scopes: new Set(), credential: name };
}

function pullOf(
  { name, tenant, strict, since, every, filters, ...setting }: PullSetting,
  authorization: Presented,
) {
  const pull = {
    ...setting,
    authorization,
    source: sourceWithoutCredential(name, tenant, strict),
    since: since === undefined ? undefined : Date.parse(since),
    filters: filters && given(filters),
  };
  return { every: every * 1_000, pull: given(pull) as Pull };
}

/** A source as the holder of one of its credentials. */
function sourceOf(source: SourceSetting, credential: CredentialSetting, place: number): Source {
  const whole = wholeSource(source);
  const scopes = credential.scopes ? scopesOf(credential.scopes) : whole.scopes;
  return { ...whole, scopes, credential: `${source.name}/${place}` };
}

function wholeSource({ name, tenant, strict, scopes }: SourceSetting): Source {
  return { name, tenant, strict, scopes: scopesOf(scopes), credential: name };
}

/** Refuses a credential that two sources share: nobody could say whose records it sends. */
function checkApart(
  credentials: readonly (KnownCredential & { path: string })[],
  errors: ProblemError[],
): void {
  for (const [at, { digest, source, path }] of credentials.entries()) {
    const other = credentials
      .slice(0, at)
      .find((one) => one.digest === digest && one.source.name !== source.name);
    if (!other) continue;
    const message = `the source "${other.source.name}" has the same credential: give each source one of its own`;
    errors.push({ path, rule: 'config-credential', message });
  }
}

/** Files of keys are read with the configuration file; whoever has none cannot have them. */
function unreadKeys({ sources, issuers }: Configuration): ProblemError[] {
  const named = [
    ...sources.map(({ signed }, at) => ({
      keys: signed?.keys,
      path: pointer('', 'sources', at, 'signed', 'keys'),
    })),
    ...issuers.map(({ keys }, at) => ({ keys, path: pointer('', 'issuers', at, 'keys') })),
  ];
  const message = 'files are read on Node, beside a configuration file: give the keys themselves, or a url';
  return named.flatMap(({ keys, path }) =>
    keys && 'file' in keys ? [{ path: pointer(path, 'file'), rule: 'config-keys', message }] : [],
  );
}

/** A variable by its name, or by its place where the name is written as few are: it could be the secret itself. */
const variableText = (name: string) =>
  /^[A-Z_][A-Z0-9_]*$/.test(name)
    ? `the environment variable ${name}`
    : 'the environment variable that is named here';

/** Reads secrets from an environment; one that is not set is an error, and empty. */
function secretReader(environment: Environment, errors: ProblemError[]): ReadSecret {
  return (name, path) => {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
    const message = `${variableText(name)} is not set: set it to the secret before the gateway starts`;
    errors.push({ path, rule: 'config-secret', message });
    return '';
  };
}

/**
 * Reads the secrets that a configuration names, and makes of it what the gateway runs on. Of the secrets of sources
 * only digests are kept. Throws a {@link ConfigurationError} for each secret that is not set.
 */
export function settingsOf(configuration: Configuration, environment: Environment, digest: Digest): Settings {
  const errors: ProblemError[] = [];
  const secret = secretReader(environment, errors);
  const credentials = configuration.sources.flatMap((source, at) =>
    source.credentials.map((credential, place) => {
      const path = pointer('', 'sources', at, 'credentials', place);
      const kept = keptCredential(
        sourceOf(source, credential, place),
        credentialOf(credential, path, secret),
        digest,
      );
      return { ...kept, path };
    }),
  );
  const { alerts } = configuration;
  const told = alerts && {
    webhook: { url: alerts.url, secret: secret(alerts.secret.env, pointer('', 'alerts', 'secret', 'env')) },
    thresholds: { oldest: alerts.oldest, quiet: alerts.quiet },
  };
  const sensor = configuration.publicUrl ?? SENSOR;
  const destinations = configuration.destinations.map((setting, at) => {
    const path = pointer('', 'destinations', at);
    const authorization = authorizationOf(setting.authorization, pointer(path, 'authorization'), secret);
    return destinationOf(setting, authorization, sensor, redactionOf(setting, path, secret));
  });
  const pulls = configuration.pulls.map((setting, at) => {
    const path = pointer('', 'pulls', at, 'authorization');
    return pullOf(setting, credentialOf(setting.authorization, path, secret));
  });
  errors.push(...unreadKeys(configuration));
  if (errors.length === 0) checkApart(credentials, errors);
  if (errors.length > 0) throw new ConfigurationError(errors);
  const sources = configuration.sources.map(wholeSource);
  return { credentials, sources, destinations, routes: routesOf(configuration), alerts: told ?? null, pulls };
}

/**
 * How records are written for one destination of a configuration, without the secrets of the way there; undefined
 * where none has that name. For those who look at what would be sent, and send nothing. Throws a
 * {@link ConfigurationError} where the key of its pseudonyms is not set.
 */
export function renderingOf(
  { destinations }: Configuration,
  name: string,
  environment: Environment,
): Rendering | undefined {
  const at = destinations.findIndex((one) => one.name === name);
  const setting = destinations[at];
  if (!setting) return undefined;
  const errors: ProblemError[] = [];
  const path = pointer('', 'destinations', at);
  const redaction = redactionOf(setting, path, secretReader(environment, errors));
  if (errors.length > 0) throw new ConfigurationError(errors);
  const { kind, version, language, strict } = setting;
  return given({ kind, name, version, language, strict, redaction }) as Rendering;
}

/**
 * The former keys of a destination's pseudonyms, in the order of the configuration; none where no destination has that
 * name. Throws a {@link ConfigurationError} where a secret is not set, or is that of another key.
 */
export function formerKeysOf(
  { destinations }: Configuration,
  name: string,
  environment: Environment,
): PseudonymKey[] {
  const at = destinations.findIndex((one) => one.name === name);
  const { key, formerKeys = [] } = destinations[at]?.redaction ?? {};
  const errors: ProblemError[] = [];
  const secret = secretReader(environment, errors);
  const path = pointer('', 'destinations', at, 'redaction');
  const present = key
    ? [{ id: key.id, secret: secret(key.secret.env, pointer(path, 'key', 'secret', 'env')) }]
    : [];
  const former: PseudonymKey[] = [];
  for (const [place, { id, secret: setting }] of formerKeys.entries()) {
    const own = { id, secret: secret(setting.env, pointer(path, 'formerKeys', place, 'secret', 'env')) };
    const other = [...present, ...former].find((one) => one.secret === own.secret && own.secret !== '');
    if (other) {
      const message = `${variableText(setting.env)} holds the secret of the key "${other.id}": give the one that "${id}" had`;
      errors.push({ path: pointer(path, 'formerKeys', place), rule: 'config-secret', message });
    }
    former.push(own);
  }
  if (errors.length > 0) throw new ConfigurationError(errors);
  return former;
}
