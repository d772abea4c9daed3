import { createCrosswalk, shippedTables } from '../../mappings/index.ts';
import { ontology } from '../../ontology/index.ts';
import type { JsonObject } from '../../json/index.ts';
import type { Configuration } from '../config.ts';

/** How a shell finds the secrets that the examples need. */
export interface ShellSecrets {
  /** A shell word that gives the value of an environment variable, such as `"$CROSSWALK_TOKEN"`. */
  (name: string): string;
}

const CONTEXT = ontology.context('1.2');

/** An event that anyone may send: a person opens a page of a course. */
function exampleEvent(id: string, time: string): JsonObject {
  return {
    '@context': CONTEXT,
    id: `urn:uuid:${id}`,
    type: 'NavigationEvent',
    profile: 'ReadingProfile',
    actor: { id: 'mailto:ada@example.edu', type: 'Person' },
    action: 'NavigatedTo',
    object: { id: 'https://example.edu/courses/1/pages/7', type: 'WebPage', name: 'Week 7' },
    eventTime: time,
  };
}

function exampleEnvelope(id: string, time: string): JsonObject {
  return {
    sensor: 'https://example.edu/sensors/1',
    sendTime: time,
    dataVersion: CONTEXT,
    data: [exampleEvent(id, time)],
  };
}

/** The same as a statement: what the tables make of the event, without what an xAPI tool would not write itself. */
function exampleStatement(id: string, time: string): JsonObject {
  const conversion = createCrosswalk(shippedTables(), ontology).toXapi(exampleEvent(id, time));
  if (!conversion.ok) throw new Error('the tables do not map the example event');
  const { actor, verb, object, timestamp } = conversion.record as Record<string, JsonObject>;
  return { id, actor, verb, object, timestamp };
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

type Credential = Configuration['sources'][number]['credentials'][number];

/** The first credential of a scheme among the sources that may send a language. */
function credentialFor<Scheme extends Credential['scheme']>(
  { sources }: Configuration,
  language: 'caliper' | 'xapi',
  scheme: Scheme,
): Extract<Credential, { scheme: Scheme }> | undefined {
  for (const source of sources.filter(({ scopes }) => scopes.includes(`send-${language}`))) {
    for (const credential of source.credentials) {
      if (credential.scheme === scheme) return credential as Extract<Credential, { scheme: Scheme }>;
    }
  }
  return undefined;
}

function command(url: string, headers: readonly string[], body: JsonObject): string {
  const parts = [
    `curl -i ${url}`,
    ...headers,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(body))}`,
  ];
  return parts.map((part, at) => (at === 0 ? `  ${part}` : `    ${part}`)).join(' \\\n');
}

/**
 * What a gateway says when it has started: where to send records, and a command for each language that can be pasted
 * into a shell as it stands. Secrets are named and not shown. `newId` and `time` make the examples' ids and times.
 */
export function greeting(
  url: string,
  configuration: Configuration,
  secret: ShellSecrets,
  { newId, time }: { newId: () => string; time: string },
): string {
  const caliper = credentialFor(configuration, 'caliper', 'bearer');
  const xapi = credentialFor(configuration, 'xapi', 'basic');
  const lines = [
    `Crosswalk listens at ${url}`,
    `  Caliper envelopes  POST ${url}/caliper`,
    `  xAPI statements    POST ${url}/xapi/statements`,
    `  Records            kept in ${configuration.data}`,
  ];
  if (caliper) {
    const header = `-H "Authorization: Bearer ${secret(caliper.token.env)}"`;
    lines.push('', 'Send an event:', command(`${url}/caliper`, [header], exampleEnvelope(newId(), time)));
  }
  if (xapi) {
    const user = `-u "${xapi.user}:${secret(xapi.password.env)}"`;
    const version = `-H 'X-Experience-API-Version: 1.0.3'`;
    const statement = exampleStatement(newId(), time);
    lines.push('', 'Send a statement:', command(`${url}/xapi/statements`, [user, version], statement));
  }
  return lines.join('\n');
}
